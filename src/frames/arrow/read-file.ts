import { maxFields } from "../frame.ts";
import { FrameError } from "../frame-error.ts";
import { magic, maxFooterBytes, messageMark, messageType } from "./arrow-format.ts";
import {
  corrupt,
  eachTable,
  type FlatBlock,
  type FlatList,
  type FlatTable,
  flatBlock,
  isText,
  mapTables,
  placeOf,
  readInt16,
  readInt64,
  readLength,
  readList,
  readRoot,
  readTable,
  readText,
  readUint8,
  textAt,
} from "./flat-table.ts";
import { type ArrowLayout, layoutOf } from "./read-type.ts";
import type { Span } from "./span.ts";
import { unsupported } from "./unsupported.ts";

/** A field of the schema. */
export interface ArrowField {
  readonly name: string;
  readonly nullable: boolean;
  readonly layout: ArrowLayout;
  /** JSON. */
  readonly labels: string | undefined;
  /** JSON. */
  readonly config: string | undefined;
}

export interface ArrowBatch {
  /** For messages: `record batch 2`. */
  readonly what: string;
  /** Arrow's number of the codec of the buffers; `undefined` when they are not compressed. */
  readonly codec: number | undefined;
  readonly rows: number;
  /** Of each field the rows, then how many of them are null. Numbers and not objects, because there are many. */
  readonly nodes: Float64Array;
  /** Of each buffer the start and the length. */
  readonly buffers: Float64Array;
  /** How many data buffers each view column has. */
  readonly variadicCounts: Float64Array;
}

/** The structure of a file, with every position checked. */
interface ArrowFile {
  readonly metadata: ReadonlyMap<string, string>;
  readonly fields: readonly ArrowField[];
  readonly batches: readonly ArrowBatch[];
}

/** Longest bitmap in 32-bit arithmetic. */
const maxRows = 2 ** 31 - 8;

const trailerBytes = 4 + magic.length;

/**
 * Reads the structure of an Arrow IPC file. Reads metadata only: the rows stay where they are.
 *
 * No byte of the file may count for several rows or fields: the record batches together are not longer than the file, the
 * buffers of a batch do not overlap (the format writes them end to end), and tables of metadata do not share parts. So a
 * small file cannot multiply its bytes by listing them many times. At most 262,144 fields, 2^31 - 8 rows and 256 MiB of footer.
 *
 * @throws FrameError `arrow_not_a_file` (a stream, JSON, anything else), `arrow_corrupt`, `arrow_unsupported`
 *   (dictionaries, types that frames do not have, big-endian data), `limit_exceeded`, `unequal_lengths` (a batch of more or
 *   fewer columns than fields).
 * @see the Arrow columnar format, "IPC File Format" and Message.fbs, File.fbs, Schema.fbs
 */
export function readArrowFile(bytes: Uint8Array): ArrowFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkMagic(bytes);
  const footerEnd = bytes.length - trailerBytes;
  const footerBytes = view.getInt32(footerEnd, true);
  if (footerBytes < 8 || footerBytes > footerEnd - magic.length) {
    throw corrupt("the footer's length", footerEnd, `8 to ${footerEnd - magic.length}`, String(footerBytes));
  }
  if (footerBytes > maxFooterBytes) throw beyond("bytes of footer", maxFooterBytes, footerBytes);
  const footerBlock = flatBlock(view, footerEnd - footerBytes, footerEnd, "the footer");
  const footer = readRoot(footerBlock);
  const schema = readTable(footer, 1);
  if (schema === undefined) throw corrupt("the footer", footerBlock.start, "a schema", "none");
  if (readInt16(schema, 0) !== 0) {
    throw unsupported("the file", "little-endian data", "big-endian data", "write it on another machine");
  }
  const { count } = readList(schema, 1, 4);
  if (count > maxFields) throw beyond("fields", maxFields, count);
  // The types are checked first: for nested ones the batches have more columns than the schema has fields.
  const fields = mapTables(schema, 1, readField);
  if (readList(footer, 2, 24).count > 0)
    throw unsupported("the file", "plain values", "dictionaries", decodeFirst);
  return {
    metadata: readMetadata(schema, 2),
    fields,
    batches: readBatches(footerBlock, readList(footer, 3, 24), count),
  };
}

function checkMagic(bytes: Uint8Array): void {
  const isMagicAt = (start: number): boolean => magic.every((byte, i) => bytes[start + i] === byte);
  if (
    bytes.length >= magic.length + 2 + trailerBytes &&
    isMagicAt(0) &&
    isMagicAt(bytes.length - magic.length)
  )
    return;
  const head = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const hint = isMagicAt(0)
    ? "it was cut off"
    : bytes[0] === 0xff
      ? "this is Arrow's stream format, write the file format"
      : bytes[0] === 0x7b
        ? "this is JSON, see the response's format"
        : "it is something else";
  throw new FrameError(
    "arrow_not_a_file",
    `expected an Arrow file, which begins and ends with ARROW1, got ${bytes.length} bytes beginning with ${head || "nothing"}: ${hint}`,
  );
}

const decodeFirst = "decode them, for example with dictionary_decode() of pyarrow, or cast to utf8";

function readField(field: FlatTable): ArrowField {
  const name = readText(field, 0);
  if (placeOf(field, 4, 4) !== undefined) {
    throw unsupported(`field "${name}"`, "plain values", "a dictionary", decodeFirst);
  }
  const { labels, config, tstype } = readFieldMetadata(field);
  return {
    name,
    nullable: readUint8(field, 1) !== 0,
    layout: layoutOf(name, readUint8(field, 2), readTable(field, 3), tstype),
    labels,
    config,
  };
}

/** What of a field's metadata is used, without a map for each field. Of a repeated key the first one counts, as in Go. */
function readFieldMetadata(field: FlatTable): { [K in "config" | "labels" | "tstype"]?: string } {
  const { block } = field;
  const found: { config?: string; labels?: string; tstype?: string } = {};
  eachTable(field, 6, (entry) => {
    const key = readList(entry, 0, 1);
    const value = readList(entry, 1, 1);
    if (isText(block, key, "labels")) found.labels ??= textAt(block, value);
    else if (isText(block, key, "config")) found.config ??= textAt(block, value);
    else if (isText(block, key, "tstype")) found.tstype ??= textAt(block, value);
  });
  return found;
}

/** Of a repeated key the first one counts, as in Go. */
function readMetadata(table: FlatTable, slot: number): Map<string, string> {
  const metadata = new Map<string, string>();
  eachTable(table, slot, (entry) => {
    const key = readText(entry, 0);
    if (!metadata.has(key)) metadata.set(key, readText(entry, 1));
  });
  return metadata;
}

function readBatches(footer: FlatBlock, { start, count }: FlatList, fields: number): ArrowBatch[] {
  const batches: ArrowBatch[] = [];
  let bytesLeft = footer.view.byteLength;
  let rows = 0;
  for (let i = 0; i < count; i++) {
    const block = readBlock(footer, start + 24 * i, `record batch ${i}`);
    bytesLeft -= block.end - block.start + block.bodyBytes;
    if (bytesLeft < 0) {
      throw new FrameError(
        "limit_exceeded",
        `record batch ${i}: expected batches that together are not longer than the file of ${footer.view.byteLength} bytes, got some twice`,
      );
    }
    const batch = readBatch(block, fields);
    rows += batch.rows;
    if (rows > maxRows) throw beyond("rows", maxRows, rows);
    batches.push(batch);
  }
  return batches;
}

/** A block that the footer lists: its message, and the bytes of the body after it. */
function readBlock(footer: FlatBlock, place: number, what: string): FlatBlock & { bodyBytes: number } {
  const { view } = footer;
  const offset = readLength({ view, what }, place);
  const metadataBytes = view.getInt32(place + 8, true);
  const bodyBytes = readLength({ view, what }, place + 16);
  const end = offset + metadataBytes;
  if (metadataBytes < 8 || end + bodyBytes > footer.start) {
    throw corrupt(
      what,
      place,
      `a message before the footer at ${footer.start}`,
      `${offset} + ${metadataBytes} + ${bodyBytes}`,
    );
  }
  return { ...flatBlock(view, offset, end, what), bodyBytes };
}

/** The message of a block, and the spans of its body. */
function readBatch(block: FlatBlock & { bodyBytes: number }, fields: number): ArrowBatch {
  const { view, start, what } = block;
  // Files before Arrow 0.15 lack the mark at the beginning of a message.
  const isMarked = view.getUint32(start, true) === messageMark;
  const message = readRoot({ ...block, start: start + (isMarked ? 8 : 4) });
  const type = readUint8(message, 1);
  const batch = type === messageType.recordBatch ? readTable(message, 2) : undefined;
  if (batch === undefined) throw corrupt(what, start, "a record batch", `a message of type ${type}`);
  const compression = readTable(batch, 3);
  const nodes = readList(batch, 1, 16);
  if (nodes.count !== fields) {
    throw new FrameError(
      "unequal_lengths",
      `${what}, byte ${nodes.start}: expected rows of the schema's ${fields} fields, got those of ${nodes.count}`,
    );
  }
  const buffers = readList(batch, 2, 16);
  const parts = {
    what,
    codec: compression === undefined ? undefined : readUint8(compression, 0),
    rows: readInt64(batch, 0),
    nodes: readLengths(block, nodes, 2),
    buffers: readLengths(block, buffers, 2),
    variadicCounts: readLengths(block, readList(batch, 4, 8), 1),
  };
  placeBuffers(block, buffers.start, parts.buffers);
  checkApart(what, parts.buffers);
  return parts;
}

/** Turns positions in the body into those in the file. */
function placeBuffers(
  { what, end, bodyBytes }: FlatBlock & { bodyBytes: number },
  place: number,
  buffers: Float64Array,
): void {
  for (let i = 0; i < buffers.length; i += 2) {
    const offset = buffers[i] as number;
    const length = buffers[i + 1] as number;
    if (offset + length > bodyBytes) {
      throw corrupt(
        what,
        place + 8 * i,
        `a buffer within its body of ${bodyBytes} bytes`,
        `${length} bytes at ${offset}`,
      );
    }
    buffers[i] = end + offset;
  }
}

function checkApart(what: string, buffers: Float64Array): void {
  if (findOverlap(buffers) === -1) return;
  // Out of order, which is rare.
  const spans: Span[] = [];
  for (let i = 0; i < buffers.length; i += 2) {
    spans.push({ start: buffers[i] as number, length: buffers[i + 1] as number });
  }
  spans.sort((a, b) => a.start - b.start);
  const start = findOverlap(Float64Array.from(spans.flatMap((span) => [span.start, span.length])));
  if (start === -1) return;
  throw new FrameError(
    "limit_exceeded",
    `${what}, byte ${start}: expected buffers end to end in its body, got some that overlap`,
  );
}

/** The start of the first buffer that begins before the end of the one before it; -1 when there is none. */
function findOverlap(buffers: Float64Array): number {
  let end = 0;
  for (let i = 0; i < buffers.length; i += 2) {
    const start = buffers[i] as number;
    const length = buffers[i + 1] as number;
    if (length === 0) continue;
    if (start < end) return start;
    end = start + length;
  }
  return -1;
}

/** Elements of so many lengths or positions each. */
function readLengths(block: FlatBlock, { start, count }: FlatList, each: number): Float64Array {
  const lengths = new Float64Array(count * each);
  for (let i = 0; i < lengths.length; i++) lengths[i] = readLength(block, start + 8 * i);
  return lengths;
}

function beyond(what: string, limit: number, seen: number): FrameError {
  return new FrameError("limit_exceeded", `the file: expected at most ${limit} ${what}, got ${seen}`);
}
