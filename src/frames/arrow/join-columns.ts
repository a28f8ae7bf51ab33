import { bitmapBytes, hasBit } from "../bitmap.ts";
import type { Column } from "../columns/column.ts";
import { type FieldKind, kinds } from "../field-kind.ts";
import { FrameError } from "../frame-error.ts";
import { maxTextBytes } from "./arrow-format.ts";

/**
 * Joins the columns of several batches.
 *
 * @throws FrameError `limit_exceeded` when their texts take 2 GiB or more.
 */
export function joinColumns(kind: FieldKind, parts: readonly Column[]): Column {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const validity = parts.some((part) => part.validity !== undefined)
    ? joinBits(length, parts, (part) => part.validity)
    : undefined;
  if (kind === "bool")
    return { length, validity, data: joinBits(length, parts, (part) => part.data as Uint8Array) };
  const pieces = parts.map(usedData);
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const hasOffsets = first?.offsets !== undefined;
  if (hasOffsets && size > maxTextBytes) {
    throw new FrameError(
      "limit_exceeded",
      `a field: expected at most ${maxTextBytes} bytes of text in all batches, got ${size}`,
    );
  }
  const data = new kinds[kind].data(size) as Uint8Array;
  let end = 0;
  for (const piece of pieces) {
    data.set(piece, end);
    end += piece.length;
  }
  return { length, validity, data, ...(hasOffsets ? { offsets: joinOffsets(length, parts) } : {}) };
}

/** Removes the bytes before the first text and the padding after the last, which would get into the joined texts. */
function usedData({ data, offsets }: Column): Uint8Array {
  return (offsets === undefined ? data : data.subarray(offsets[0], offsets.at(-1))) as Uint8Array;
}

/** @param bitsOf the bits of a part; `undefined` when all are set */
function joinBits(
  length: number,
  parts: readonly Column[],
  bitsOf: (part: Column) => Uint8Array | undefined,
): Uint8Array {
  const joined = new Uint8Array(bitmapBytes(length));
  let row = 0;
  for (const part of parts) {
    const bits = bitsOf(part);
    for (let i = 0; i < part.length; i++, row++) {
      if (bits === undefined || hasBit(bits, i))
        joined[row >> 3] = (joined[row >> 3] as number) | (1 << (row & 7));
    }
  }
  return joined;
}

function joinOffsets(length: number, parts: readonly Column[]): Int32Array {
  const offsets = new Int32Array(length + 1);
  let row = 0;
  let base = 0;
  for (const part of parts) {
    const own = part.offsets as Int32Array;
    const first = own[0] as number;
    for (let i = 1; i <= part.length; i++) offsets[row + i] = base + (own[i] as number) - first;
    row += part.length;
    base = offsets[row] as number;
  }
  return offsets;
}
