import { type FileMemory, ownMemory } from "../file-memory.ts";
import type { Frame } from "../frame.ts";
import { FrameError } from "../frame-error.ts";
import {
  magic,
  maxFooterBytes,
  maxGoBodyBytes,
  messageMark,
  messageType,
  metadataVersion,
} from "./arrow-format.ts";
import { type ColumnBuffers, columnBuffers } from "./column-buffers.ts";
import {
  beginRoot,
  type FlatWriter,
  putList,
  putTable,
  putVtables,
  refer,
  roundUp,
  setInt8,
  setInt16,
  setInt32,
  setInt64,
  skip,
  tableShape,
  withFlatWriter,
} from "./flat-writer.ts";
import { putSchema } from "./write-schema.ts";

const messageTable = tableShape({ version: 2, headerType: 1, header: 4, bodyBytes: 8 });
const batchTable = tableShape({ rows: 8, nodes: 4, buffers: 4 });
const footerTable = tableShape({ version: 2, schema: 4, dictionaries: 0, batches: 4 });

/** Longest schema: the rest of a footer has room beside it within the limit of our reader. */
const maxSchemaBytes = maxFooterBytes - 1024;

/** A schema at its first position. It contains no reference to the outside, so it can be copied. */
interface WrittenSchema {
  readonly start: number;
  readonly end: number;
  readonly root: number;
}

/** The footer's entry of a record batch. */
interface WrittenBatch {
  readonly start: number;
  readonly messageBytes: number;
  readonly bodyBytes: number;
}

/** What is not in the frame itself. */
interface ArrowOptions {
  /** Fills the frame's own when that is empty. */
  readonly refId?: string | undefined;
  readonly anySize?: boolean | undefined;
  /** Default: memory of its own. */
  readonly memory?: FileMemory | undefined;
}

/**
 * Writes a frame as an Arrow IPC file, with the types and metadata of the Go SDK. Typed arrays are copied once; lists
 * that are not packed yet are packed in place. A frame without rows or fields has no record batch. Buffers begin at multiples of 8.
 *
 * @throws FrameError `invalid_meta`, `invalid_config`, `invalid_labels`, `unequal_lengths`, `invalid_value`,
 *   `limit_exceeded`.
 * @see the Arrow columnar format, "IPC File Format" and Message.fbs, File.fbs, Schema.fbs
 */
export function encodeArrow(frame: Frame, options: ArrowOptions = {}): Uint8Array {
  return fill(writeMetadata(frame, options));
}

/** How much is copied or packed before a step ends. A multiple of 8 rows of every kind. */
const bytesPerStep = 2 ** 18;

/** {@link encodeArrow}, in steps of about a millisecond after the first if there are many rows. */
export function encodeArrowInSteps(
  frame: Frame,
  options: ArrowOptions = {},
): Uint8Array | Iterator<void, Uint8Array> {
  const begun = writeMetadata(frame, options);
  return begun.bodyBytes < bytesPerStep ? fill(begun) : fillInSteps(begun, frame.length);
}

function fill({ file, columns, bodyStart }: FileToFill): Uint8Array {
  let end = bodyStart;
  for (const { buffers } of columns) {
    for (const buffer of buffers) {
      if ("packInto" in buffer) buffer.packInto(file.buffer, file.byteOffset + end);
      else file.set(buffer, end);
      end += roundUp(buffer.byteLength, 8);
    }
  }
  return file;
}

function* fillInSteps(
  { file, columns, bodyStart }: FileToFill,
  rows: number,
): Generator<void, Uint8Array, void> {
  let end = bodyStart;
  let sinceStep = 0;
  for (const { buffers } of columns) {
    for (const buffer of buffers) {
      const { byteLength } = buffer;
      for (let from = 0; from < byteLength; from += bytesPerStep) {
        const until = Math.min(from + bytesPerStep, byteLength);
        if ("packInto" in buffer) {
          const rowBytes = byteLength / rows;
          const place = file.byteOffset + end + from;
          buffer.packInto(file.buffer, place, from / rowBytes, (until - from) / rowBytes);
        } else file.set(buffer.subarray(from, until), end + from);
        sinceStep += until - from;
        if (sinceStep < bytesPerStep) continue;
        yield;
        sinceStep = 0;
      }
      end += roundUp(byteLength, 8);
    }
  }
  return file;
}

/** A file with all but its rows. */
interface FileToFill {
  readonly file: Uint8Array<ArrayBuffer>;
  readonly columns: readonly ColumnBuffers[];
  readonly bodyStart: number;
  readonly bodyBytes: number;
}

function writeMetadata(
  frame: Frame,
  { refId = "", anySize = false, memory = ownMemory }: ArrowOptions,
): FileToFill {
  const columns = frame.length === 0 ? [] : frame.fields.map((field) => columnBuffers(field, frame.length));
  return withFlatWriter((writer) => {
    putMagic(writer, 8);
    const schema = putSchemaMessage(writer, frame, frame.refId || refId);
    const batch = frame.length === 0 ? undefined : putBatchMessage(writer, frame.length, columns);
    // The rows come between the bytes before this point and those after it.
    const bodyStart = writer.end;
    const bodyBytes = batch?.bodyBytes ?? 0;
    if (bodyBytes > maxGoBodyBytes && !anySize) throw tooLargeForGo(frame.length, bodyBytes);
    putFooter(writer, schema, batch);
    const file = memory(writer.end + bodyBytes);
    file.set(writer.bytes.subarray(0, bodyStart));
    file.set(writer.bytes.subarray(bodyStart, writer.end), bodyStart + bodyBytes);
    return { file, columns, bodyStart, bodyBytes };
  });
}

function tooLargeForGo(rows: number, bytes: number): FrameError {
  return new FrameError(
    "limit_exceeded",
    `the frame: expected rows of at most ${maxGoBodyBytes} bytes (256 MiB), which is what Go hosts read, got ${rows} rows of ${bytes} bytes: ` +
      "send them in several frames or by answerQueriesInChunks, or set the option anySize for readers that take more",
  );
}

function putSchemaMessage(writer: FlatWriter, frame: Frame, refId: string): WrittenSchema {
  const message = beginMessage(writer, messageType.schema, 0);
  const start = skip(writer, 0, 8);
  const root = putSchema(writer, message.header, frame, refId);
  const schema = { start, end: writer.end, root };
  if (schema.end - start > maxSchemaBytes) {
    throw new FrameError(
      "limit_exceeded",
      `the frame: expected names, labels, configs and meta of at most ${maxSchemaBytes} bytes, got ${schema.end - start}`,
    );
  }
  endMessage(writer, message.start);
  return schema;
}

function putBatchMessage(writer: FlatWriter, rows: number, columns: readonly ColumnBuffers[]): WrittenBatch {
  let bufferCount = 0;
  let bodyBytes = 0;
  for (const { buffers } of columns) {
    bufferCount += buffers.length;
    for (const { byteLength } of buffers) bodyBytes += roundUp(byteLength, 8);
  }
  const { start, header } = beginMessage(writer, messageType.recordBatch, bodyBytes);
  const batch = putTable(writer, header, batchTable);
  putVtables(writer);
  setInt64(writer, batch + batchTable.at.rows, rows);
  let node = putList(writer, batch + batchTable.at.nodes, columns.length, 16);
  for (const { nullCount } of columns) {
    setInt64(writer, node, rows);
    setInt64(writer, node + 8, nullCount);
    node += 16;
  }
  let span = putList(writer, batch + batchTable.at.buffers, bufferCount, 16);
  let end = 0;
  for (const { buffers } of columns) {
    for (const { byteLength } of buffers) {
      setInt64(writer, span, end);
      setInt64(writer, span + 8, byteLength);
      span += 16;
      end += roundUp(byteLength, 8);
    }
  }
  return { start, messageBytes: endMessage(writer, start), bodyBytes };
}

/** Begins a message, and returns its start and the place for the position of its header. */
function beginMessage(
  writer: FlatWriter,
  type: number,
  bodyBytes: number,
): { start: number; header: number } {
  const start = skip(writer, 8, 8);
  setInt32(writer, start, messageMark);
  const table = putTable(writer, beginRoot(writer), messageTable);
  setInt16(writer, table + messageTable.at.version, metadataVersion);
  setInt8(writer, table + messageTable.at.headerType, type);
  setInt64(writer, table + messageTable.at.bodyBytes, bodyBytes);
  putVtables(writer);
  return { start, header: table + messageTable.at.header };
}

/** Pads a message, so that the next bytes are aligned, and returns its size in bytes. */
function endMessage(writer: FlatWriter, start: number): number {
  const bytes = skip(writer, 0, 8) - start;
  setInt32(writer, start + 4, bytes - 8);
  return bytes;
}

function putFooter(writer: FlatWriter, schema: WrittenSchema, batch: WrittenBatch | undefined): void {
  // A message without bytes ends the messages.
  setInt32(writer, skip(writer, 8, 8), messageMark);
  const start = beginRoot(writer);
  const footer = putTable(writer, start, footerTable);
  putVtables(writer);
  setInt16(writer, footer + footerTable.at.version, metadataVersion);
  const blocks = putList(writer, footer + footerTable.at.batches, batch === undefined ? 0 : 1, 24);
  if (batch !== undefined) {
    setInt64(writer, blocks, batch.start);
    setInt32(writer, blocks + 8, batch.messageBytes);
    setInt64(writer, blocks + 16, batch.bodyBytes);
  }
  const copy = skip(writer, schema.end - schema.start, 8);
  writer.bytes.copyWithin(copy, schema.start, schema.end);
  refer(writer, footer + footerTable.at.schema, copy + schema.root - schema.start);
  const trailer = skip(writer, 4, 4);
  setInt32(writer, trailer, trailer - start);
  putMagic(writer, magic.length);
}

function putMagic(writer: FlatWriter, size: number): void {
  const start = skip(writer, size, 1);
  writer.bytes.set(magic, start);
}
