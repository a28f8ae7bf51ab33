import {
  CompressionType,
  compressionRegistry,
  type RecordBatch,
  RecordBatchReader,
  Table,
} from "apache-arrow";
import { messageOf } from "../errors.ts";
import { inflateLz4 } from "../frames/arrow/inflate-lz4.ts";
import { inflateZstd } from "../frames/arrow/inflate-zstd.ts";
import { FrameError } from "../frames/frame-error.ts";

/** Bytes of an Arrow file or stream, whole or as they arrive: a `Uint8Array`, a `Response`, a stream, parts of any size. */
export type TableSource =
  | ArrayBuffer
  | Uint8Array
  | Response
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/**
 * Reads a Table of apache-arrow from an Arrow file or an Arrow stream of any producer.
 *
 * In place of `tableFromIPC`, which gives the first of several columns with one name the type and the metadata of the last,
 * and reads no compressed buffers unless a codec is registered. This function registers those of this package (LZ4
 * everywhere, zstd on Node.js 22.15 or newer) with apache-arrow, where the program has registered none.
 *
 * apache-arrow trusts the bytes: a broken file may take any time and memory. Read answers of plugins with `decodeFrame`.
 *
 * @throws FrameError `arrow_unsupported` for types that apache-arrow cannot read, such as run-end encoding and views of
 *   lists; `arrow_corrupt` for bytes that are not Arrow.
 */
export async function readTable(source: TableSource): Promise<Table> {
  registerCodecs();
  try {
    const reader = await RecordBatchReader.from(source as AsyncIterable<Uint8Array>);
    await reader.open();
    // Undefined after the last batch.
    const { schema } = reader;
    if (schema === undefined) throw new TypeError("there is no schema");
    const batches: RecordBatch[] = [];
    for await (const batch of reader) batches.push(Object.assign(batch, { schema }));
    return new Table(schema, batches);
  } catch (error) {
    throw toFrameError(error);
  }
}

function toFrameError(error: unknown): FrameError {
  if (error instanceof FrameError) return error;
  const reason = messageOf(error);
  return /unrecognized type|not supported|unsupported|not implemented/i.test(reason)
    ? new FrameError(
        "arrow_unsupported",
        `apache-arrow cannot read the file: ${reason}: cast the column where the file is written`,
        { cause: error },
      )
    : new FrameError("arrow_corrupt", `expected an Arrow file or stream, apache-arrow says: ${reason}`, {
        cause: error,
      });
}

/** Each compressed buffer begins with the number of its bytes. */
const prefixBytes = 8;
/** LZ4 makes at most 255 bytes of one; a longer length is not that of the data. */
const maxPerByte = 255;
const leastMost = 2 ** 20;

function registerCodecs(): void {
  register(CompressionType.LZ4_FRAME, inflateLz4, maxPerByte);
  register(CompressionType.ZSTD, inflateZstd, Number.POSITIVE_INFINITY);
}

function register(type: CompressionType, inflate: typeof inflateLz4, perByte: number): void {
  if (compressionRegistry.get(type)?.decode !== undefined) return;
  compressionRegistry.set(type, {
    decode(bytes) {
      // apache-arrow keeps the length to itself; it stands before the bytes that a codec receives.
      const prefix = bytes.byteOffset < prefixBytes ? undefined : readPrefix(bytes);
      if (prefix === undefined || prefix < 0 || prefix > Math.max(leastMost, bytes.length * perByte)) {
        throw new FrameError(
          "arrow_corrupt",
          `a compressed buffer: expected its length before it, got ${prefix}`,
        );
      }
      const target = new Uint8Array(prefix);
      inflate(bytes, target, "a compressed buffer", 0);
      return target;
    },
  });
}

function readPrefix({ buffer, byteOffset }: Uint8Array): number {
  return Number(new DataView(buffer, byteOffset - prefixBytes, prefixBytes).getBigInt64(0, true));
}
