import { maxFields } from "../frame.ts";
import { FrameError } from "../frame-error.ts";
import { magic, maxFooterBytes, messageMark, messageType } from "./arrow-format.ts";
import {
  corrupt,
  type FlatBlock,
  type FlatList,
  type FlatTable,
  flatBlock,
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
} from "./flat-table.ts";
import { type ArrowLayout, layoutOf } from "./read-type.ts";
import type { Span } from "./span.ts";
import { unsupported } from "./unsupported.ts";

/** A field of the schema. */
export interface ArrowField {
  readonly name: string;
  readonly nullable: boolean;
  readonly layout: ArrowLayout;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Some of the rows of one field. */
export interface ArrowNode {
  readonly length: number;
  readonly nullCount: number;
}

export interface ArrowBatch {
  /** For messages: `record batch 2`. */
  readonly what: string;
  /** Arrow's number of the codec of the buffers; `undefined` when they are not compressed. */
  readonly codec: number | undefined;
  readonly rows: number;
  readonly nodes: readonly ArrowNode[];
  readonly buffers: readonly Span[];
  /** Number of data buffers of each view column. */
  readonly variadicCounts: readonly number[];
}

/** The structure of a file, with every position checked. */
export interface ArrowFile {
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
  const metadata = readMetadata(field, 6);
  return {
    name,
    nullable: readUint8(field, 1) !== 0,
    layout: layoutOf(name, readUint8(field, 2), readTable(field, 3), metadata),
    metadata,
  };
}

/** Of a repeated key the first one counts, as in Go. */
function readMetadata(table: FlatTable, slot: number): Map<string, string> {
  const metadata = new Map<string, string>();
  mapTables(table, slot, (entry) => {
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
  const { view, start, end, what, bodyBytes } = block;
  const length = (place: number): number => readLength(block, place);
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
  const parts = {
    what,
    codec: compression === undefined ? undefined : readUint8(compression, 0),
    rows: readInt64(batch, 0),
    nodes: readEach(nodes, 16, (place) => ({ length: length(place), nullCount: length(place + 8) })),
    buffers: readEach(readList(batch, 2, 16), 16, (place) => {
      const span = { start: end + length(place), length: length(place + 8) };
      if (span.start + span.length > end + bodyBytes) {
        throw corrupt(
          what,
          place,
          `a buffer within its body of ${bodyBytes} bytes`,
          `${span.length} bytes at ${span.start - end}`,
        );
      }
      return span;
    }),
    variadicCounts: readEach(readList(batch, 4, 8), 8, length),
  };
  checkApart(what, parts.buffers);
  return parts;
}

function checkApart(what: string, buffers: readonly Span[]): void {
  const filled = buffers.filter(({ length }) => length > 0).sort((a, b) => a.start - b.start);
  let end = 0;
  for (const { start, length } of filled) {
    if (start < end) {
      throw new FrameError(
        "limit_exceeded",
        `${what}, byte ${start}: expected buffers end to end in its body, got some that overlap`,
      );
    }
    end = start + length;
  }
}

function readEach<T>({ start, count }: FlatList, size: number, read: (place: number) => T): T[] {
  const results: T[] = [];
  for (let i = 0; i < count; i++) results.push(read(start + size * i));
  return results;
}

function beyond(what: string, limit: number, seen: number): FrameError {
  return new FrameError("limit_exceeded", `the file: expected at most ${limit} ${what}, got ${seen}`);
}
