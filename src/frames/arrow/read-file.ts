import { FrameError } from "../frame-error.ts";
import { corrupt, type FlatBlock, type FlatTable, readLength, readRootTable } from "./flat-table.ts";

/** A field of the schema, as far as the type goes. */
export interface ArrowField {
  readonly name: string;
  readonly nullable: boolean;
  /** Arrow's number of the type. */
  readonly typeId: number;
  readonly type: FlatTable | undefined;
  readonly metadata: ReadonlyMap<string, string>;
}

/** A run of bytes in the file. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** A piece of the rows of one field. */
export interface ArrowNode {
  readonly length: number;
  readonly nullCount: number;
}

export interface ArrowBatch {
  readonly rows: number;
  readonly nodes: readonly ArrowNode[];
  readonly buffers: readonly Span[];
  /** How many data buffers each view column has. */
  readonly variadicCounts: readonly number[];
}

/** What a file holds, every position in it checked. */
export interface ArrowFile {
  readonly metadata: ReadonlyMap<string, string>;
  readonly fields: readonly ArrowField[];
  readonly batches: readonly ArrowBatch[];
}

const magic = [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31];
const trailerBytes = 4 + magic.length;
const recordBatchHeader = 3;

/**
 * Reads the structure of an Arrow IPC file. Reads metadata only: the rows stay where they are.
 *
 * @throws FrameError `arrow_not_a_file` (a stream, JSON, anything else), `arrow_corrupt`, `arrow_unsupported`
 *   (dictionaries, compression, big-endian data).
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
  const footerBlock: FlatBlock = { view, start: footerEnd - footerBytes, end: footerEnd, what: "the footer" };
  const footer = readRootTable(footerBlock);
  const schema = footer.table(1);
  if (schema === undefined) throw corrupt("the footer", footerBlock.start, "a schema", "none");
  if (schema.int16(0, 0) !== 0) throw unsupported("big-endian data", "little-endian data");
  if (footer.list(2, 24).count > 0) throw unsupported("dictionaries", "plain values");
  const { start, count } = footer.list(3, 24);
  return {
    metadata: readMetadata(schema, 2),
    fields: schema.tables(1).map(readField),
    batches: Array.from({ length: count }, (_, i) => readBatch(footerBlock, start + 24 * i, i)),
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

function readField(field: FlatTable): ArrowField {
  const name = field.text(0);
  if (field.at(4, 4) !== undefined) throw unsupported(`field "${name}" with a dictionary`, "plain values");
  return {
    name,
    nullable: field.uint8(1, 0) !== 0,
    typeId: field.uint8(2, 0),
    type: field.table(3),
    metadata: readMetadata(field, 6),
  };
}

/** Of a key that repeats the first counts, as in Go. */
function readMetadata(table: FlatTable, slot: number): Map<string, string> {
  const metadata = new Map<string, string>();
  for (const entry of table.tables(slot)) {
    const key = entry.text(0);
    if (!metadata.has(key)) metadata.set(key, entry.text(1));
  }
  return metadata;
}

/** The message of a block that the footer lists, and the spans of its body. */
function readBatch(footer: FlatBlock, place: number, index: number): ArrowBatch {
  const { view } = footer;
  const what = `record batch ${index}`;
  const offset = readLength(footer, place);
  const metadataBytes = view.getInt32(place + 8, true);
  const bodyStart = offset + metadataBytes;
  const bodyBytes = readLength(footer, place + 16);
  if (metadataBytes < 8 || bodyStart + bodyBytes > footer.start) {
    throw corrupt(
      what,
      place,
      `a message before the footer at ${footer.start}`,
      `${offset} + ${metadataBytes} + ${bodyBytes}`,
    );
  }
  // Files of before Arrow 0.15 lack the mark that a message begins with now.
  const isMarked = view.getUint32(offset, true) === 0xffffffff;
  const start = offset + (isMarked ? 8 : 4);
  const message = readRootTable({ view, start, end: bodyStart, what });
  const batch = message.uint8(1, 0) === recordBatchHeader ? message.table(2) : undefined;
  if (batch === undefined)
    throw corrupt(what, offset, "a record batch", `a message of type ${message.uint8(1, 0)}`);
  if (batch.at(3, 4) !== undefined) throw unsupported("compressed buffers", "buffers as they are");
  const block: FlatBlock = { view, start, end: bodyStart, what };
  return {
    rows: batch.int64(0),
    nodes: pairs(block, batch.list(1, 16)).map(([length, nullCount]) => ({ length, nullCount })),
    buffers: pairs(block, batch.list(2, 16)).map(([position, length]) => {
      if (position + length > bodyBytes) {
        throw corrupt(what, bodyStart, `buffers within its ${bodyBytes} bytes`, `${position} + ${length}`);
      }
      return { start: bodyStart + position, length };
    }),
    variadicCounts: pairsOfOne(block, batch.list(4, 8)),
  };
}

function pairs(block: FlatBlock, { start, count }: { start: number; count: number }): [number, number][] {
  return Array.from({ length: count }, (_, i) => [
    readLength(block, start + 16 * i),
    readLength(block, start + 16 * i + 8),
  ]);
}

function pairsOfOne(block: FlatBlock, { start, count }: { start: number; count: number }): number[] {
  return Array.from({ length: count }, (_, i) => readLength(block, start + 8 * i));
}

export function unsupported(seen: string, expected: string): FrameError {
  return new FrameError(
    "arrow_unsupported",
    `the file has ${seen}, which Grafana's hosts refuse: send ${expected}`,
  );
}
