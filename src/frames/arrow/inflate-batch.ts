import { FrameError } from "../frame-error.ts";
import { corrupt } from "./flat-table.ts";
import { roundUp } from "./flat-writer.ts";
import { inflateLz4 } from "./inflate-lz4.ts";
import { inflateZstd } from "./inflate-zstd.ts";
import type { ArrowBatch } from "./read-file.ts";
import type { Span } from "./span.ts";
import { unsupported } from "./unsupported.ts";

/**
 * Bounds decompression: the buffers of a file may become at most 16 MiB, or 64 times the bytes of the file. Data usually
 * compresses to a tenth; only repetitive data compresses to less than a hundredth.
 */
const maxInflatedBytes = 2 ** 24;
const maxInflatedPerByte = 64;

/** Number of bytes that the buffers of a file may still become. */
interface InflateBudget {
  left: number;
  readonly most: number;
}

export function inflateBudget(fileBytes: number): InflateBudget {
  const most = Math.max(maxInflatedBytes, maxInflatedPerByte * fileBytes);
  return { left: most, most };
}

/** By Arrow's number of the codec. */
const codecs = [inflateLz4, inflateZstd];
/** Stands in place of the length for a buffer that is not compressed. */
const notCompressed = -1n;

/**
 * Decompresses the buffers of a batch, and returns them with their memory. Each compressed buffer begins with its length,
 * so all lengths are checked before memory is allocated.
 *
 * @throws FrameError `limit_exceeded`, `arrow_corrupt`; `arrow_unsupported` where there is no zstd.
 */
export function inflateBatch(
  file: Uint8Array,
  batch: ArrowBatch,
  budget: InflateBudget,
): { readonly bytes: Uint8Array; readonly batch: ArrowBatch } {
  const { what } = batch;
  const inflate = codecs[batch.codec ?? 0];
  if (inflate === undefined) {
    throw unsupported(
      what,
      "buffers compressed by LZ4 or zstd",
      `codec ${batch.codec}`,
      "write it without compression",
    );
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let end = 0;
  const sources = batch.buffers;
  const targets = new Float64Array(sources.length);
  for (let i = 0; i < sources.length; i += 2) {
    const length = lengthOf(view, spanAt(sources, i), what);
    targets[i] = end;
    targets[i + 1] = length;
    end += roundUp(length, 8);
    if (end > budget.left) {
      throw new FrameError(
        "limit_exceeded",
        `${what}: expected compressed buffers that become at most ${budget.most} bytes in all batches, got more: write it without compression`,
      );
    }
  }
  budget.left -= end;
  const bytes = new Uint8Array(end);
  for (let i = 0; i < sources.length; i += 2) {
    const { start, length } = spanAt(targets, i);
    if (length === 0) continue;
    const source = spanAt(sources, i);
    const data = file.subarray(source.start + 8, source.start + source.length);
    const target = bytes.subarray(start, start + length);
    if (isCompressed(view, source)) inflate(data, target, what, source.start + 8);
    else target.set(data);
  }
  return { bytes, batch: { ...batch, buffers: targets } };
}

function spanAt(buffers: Float64Array, index: number): Span {
  return { start: buffers[index] as number, length: buffers[index + 1] as number };
}

function lengthOf(view: DataView, { start, length }: Span, what: string): number {
  if (length === 0) return 0;
  if (length < 8) throw corrupt(what, start, "the length of a compressed buffer", `${length} bytes`);
  const inflated = view.getBigInt64(start, true);
  if (inflated === notCompressed) return length - 8;
  if (inflated < 0n) throw corrupt(what, start, "the length of a compressed buffer", String(inflated));
  // A length beyond the safe integers is beyond every budget.
  return Number(inflated);
}

function isCompressed(view: DataView, { start }: Span): boolean {
  return view.getBigInt64(start, true) !== notCompressed;
}
