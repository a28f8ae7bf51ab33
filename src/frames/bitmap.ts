/** Size of a bitmap of `length` bits, in bytes. */
export function bitmapBytes(length: number): number {
  return (length + 7) >> 3;
}

export function hasBit(bitmap: Uint8Array, index: number): boolean {
  return (((bitmap[index >> 3] as number) >> (index & 7)) & 1) === 1;
}

/** A bitmap with the bits set for which `isSet` is true. */
export function makeBitmap(length: number, isSet: (index: number) => boolean): Uint8Array {
  const bitmap = new Uint8Array(bitmapBytes(length));
  for (let i = 0; i < length; i++) {
    if (isSet(i)) setBit(bitmap, i);
  }
  return bitmap;
}

/** A bitmap with all bits set. */
export function fullBitmap(length: number): Uint8Array {
  const bitmap = new Uint8Array(bitmapBytes(length)).fill(255);
  if (length % 8 > 0) bitmap[length >> 3] = (1 << (length & 7)) - 1;
  return bitmap;
}

export function setBit(bitmap: Uint8Array, index: number): void {
  bitmap[index >> 3] = (bitmap[index >> 3] as number) | (1 << (index & 7));
}

export function clearBit(bitmap: Uint8Array, index: number): void {
  bitmap[index >> 3] = (bitmap[index >> 3] as number) & ~(1 << (index & 7));
}

/** Number of bits that are not set among the first `length`. */
export function countUnset(bitmap: Uint8Array, length: number): number {
  let set = 0;
  const whole = length >> 3;
  for (let i = 0; i < whole; i++) set += bitCounts[bitmap[i] as number] as number;
  for (let i = whole << 3; i < length; i++) if (hasBit(bitmap, i)) set++;
  return length - set;
}

const bitCounts: Uint8Array = countBits();

/** By a loop, because it runs at each start. */
function countBits(): Uint8Array {
  const counts = new Uint8Array(256);
  for (let byte = 1; byte < 256; byte++) counts[byte] = (counts[byte >> 1] as number) + (byte & 1);
  return counts;
}
