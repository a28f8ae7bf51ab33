import { hasBit } from "../bitmap.ts";
import { findDescent, leastOffset } from "../columns/text-offsets.ts";
import { FrameError } from "../frame-error.ts";
import { maxTextBytes } from "./arrow-format.ts";
import { corrupt } from "./flat-table.ts";
import { type Span, sliceSpan } from "./span.ts";

/** Texts as the columns of a frame have them. */
interface ReadTexts {
  readonly data: Uint8Array;
  readonly offsets: Int32Array;
}

/**
 * Bounds the texts of views, because a text that several views share is written for each row: at most 16 MiB, or 16 times
 * the bytes of the file, for all fields together.
 */
const maxSharedBytes = 2 ** 24;
const maxSharedPerByte = 16;

/** Number of bytes of text that the views of a file may still become. */
export interface ViewBudget {
  left: number;
}

export function viewBudget(fileBytes: number): ViewBudget {
  return { left: Math.min(maxTextBytes, Math.max(maxSharedBytes, maxSharedPerByte * fileBytes)) };
}

/** Checks that the offsets ascend, and returns them with their bytes. */
export function readTexts(
  bytes: Uint8Array,
  name: string,
  rows: number,
  offsetSpan: Span,
  dataSpan: Span,
): ReadTexts {
  // Without rows the buffer of offsets may be empty.
  if (rows === 0) return { data: dataOf(bytes, dataSpan), offsets: new Int32Array(1) };
  const raw = sliceSpan(bytes, `offsets of field "${name}"`, offsetSpan, (rows + 1) * 4);
  const { buffer, byteOffset } = raw.byteOffset % 4 === 0 ? raw : raw.slice();
  const offsets = new Int32Array(buffer, byteOffset, rows + 1);
  return checkTexts(bytes, name, rows, offsets, 4, offsetSpan, dataSpan);
}

/** {@link readTexts} for offsets of 64 bits; those of the column take half the memory of the buffer. */
export function readLargeTexts(
  bytes: Uint8Array,
  name: string,
  rows: number,
  offsetSpan: Span,
  dataSpan: Span,
): ReadTexts {
  if (rows === 0) return { data: dataOf(bytes, dataSpan), offsets: new Int32Array(1) };
  const what = `offsets of field "${name}"`;
  const raw = sliceSpan(bytes, what, offsetSpan, (rows + 1) * 8);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const offsets = new Int32Array(rows + 1);
  for (let i = 0; i <= rows; i++) {
    const low = view.getUint32(8 * i, true);
    const high = view.getInt32(8 * i + 4, true);
    if (high > 0 || (high === 0 && low > maxTextBytes)) {
      throw new FrameError(
        "limit_exceeded",
        `field "${name}": expected at most ${maxTextBytes} bytes of text, got an offset of ${view.getBigInt64(8 * i, true)}`,
      );
    }
    // Negative offsets stay negative, and are found with the other wrong ones.
    offsets[i] = high < 0 ? -1 : low;
  }
  return checkTexts(bytes, name, rows, offsets, 8, offsetSpan, dataSpan);
}

function dataOf(bytes: Uint8Array, { start, length }: Span): Uint8Array {
  return bytes.subarray(start, start + length);
}

function checkTexts(
  bytes: Uint8Array,
  name: string,
  rows: number,
  offsets: Int32Array,
  width: number,
  offsetSpan: Span,
  dataSpan: Span,
): ReadTexts {
  const what = `field "${name}"`;
  const data = dataOf(bytes, dataSpan);
  const wrong = findDescent(offsets, rows);
  if (wrong !== -1) {
    const expected = `an offset of at least ${leastOffset(offsets, wrong)}`;
    throw corrupt(what, offsetSpan.start + width * wrong, expected, String(offsets[wrong]));
  }
  const end = offsets[rows] as number;
  if (end > data.length) throw corrupt(what, dataSpan.start, `${end} bytes of text`, String(data.length));
  return { data, offsets };
}

/** A view holds a short text itself, and the position of a longer one. The view of a null row has no meaning. */
export function readViews(
  bytes: Uint8Array,
  name: string,
  rows: number,
  span: Span,
  blocks: readonly Span[],
  validity: Uint8Array | undefined,
  budget: ViewBudget,
): ReadTexts {
  const what = `field "${name}"`;
  const raw = sliceSpan(bytes, what, span, rows * 16);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const starts = new Float64Array(rows);
  const offsets = new Int32Array(rows + 1);
  let end = 0;
  for (let row = 0; row < rows; row++) {
    if (validity === undefined || hasBit(validity, row)) {
      const length = view.getInt32(row * 16, true);
      starts[row] = findText(what, view, row * 16, length, span, blocks);
      end += length;
      if (end > budget.left) {
        throw new FrameError(
          "limit_exceeded",
          `${what}, row ${row}: expected views of at most ${budget.left} bytes of text, got more: too many share a text`,
        );
      }
    }
    offsets[row + 1] = end;
  }
  budget.left -= end;
  const data = new Uint8Array(end);
  for (let row = 0; row < rows; row++) {
    const from = starts[row] as number;
    const start = offsets[row] as number;
    data.set(bytes.subarray(from, from + (offsets[row + 1] as number) - start), start);
  }
  return { data, offsets };
}

function findText(
  what: string,
  view: DataView,
  place: number,
  length: number,
  span: Span,
  blocks: readonly Span[],
): number {
  if (length >= 0 && length <= 12) return span.start + place + 4;
  const block = blocks[view.getInt32(place + 8, true)];
  const offset = view.getInt32(place + 12, true);
  if (length < 0 || block === undefined || offset < 0 || offset + length > block.length) {
    throw corrupt(what, span.start + place, "a text within its buffers", `${length} bytes at ${offset}`);
  }
  return block.start + offset;
}
