import { type Data, DataType } from "apache-arrow";

/** Nanoseconds of a unit by Arrow's number of it: seconds, milliseconds, microseconds, nanoseconds. */
export function nsPerUnit(unit: number): bigint {
  return [1_000_000_000n, 1_000_000n, 1000n, 1n][unit] as bigint;
}

/** The bytes of a row of texts or binary data, whatever their layout. */
export function sliceBytes(data: Data, row: number): Uint8Array {
  const { values, valueOffsets, stride, type } = data;
  if (DataType.isUtf8View(type) || DataType.isBinaryView(type)) return sliceView(data, row);
  if (valueOffsets === undefined) return values.subarray(stride * row, stride * (row + 1));
  return values.subarray(Number(valueOffsets[row]), Number(valueOffsets[row + 1]));
}

const viewBytes = 16;
const inlineBytes = 12;

function sliceView({ values, variadicBuffers }: Data, row: number): Uint8Array {
  const start = row * viewBytes;
  const view = new DataView(values.buffer, values.byteOffset + start, viewBytes);
  const length = view.getInt32(0, true);
  if (length <= inlineBytes) return values.subarray(start + 4, start + 4 + length);
  const from = view.getInt32(12, true);
  const buffer = variadicBuffers[view.getInt32(8, true)];
  if (buffer === undefined) throw new RangeError("a view of Arrow names a buffer that does not exist");
  return buffer.subarray(from, from + length);
}

/** A float of 16 bits: a sign, 5 bits of exponent, 10 of fraction. */
export function readHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The signed integer that a decimal stores, in words of 32 bits, the lowest first. */
export function readUnscaled(values: Uint32Array, row: number, bitWidth: number): bigint {
  const words = bitWidth / 32;
  let unscaled = 0n;
  for (let i = words - 1; i >= 0; i--) {
    unscaled = (unscaled << 32n) | BigInt((values[row * words + i] as number) >>> 0);
  }
  return BigInt.asIntN(bitWidth, unscaled);
}
