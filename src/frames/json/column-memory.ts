/** Gives memory for columns of 8 bytes a row, filled with zeros. */
export interface ColumnMemory {
  floats(rows: number): Float64Array<ArrayBuffer>;
  integers(rows: number): BigInt64Array<ArrayBuffer>;
}

/** What columns share at most: whoever keeps one of them keeps all of it. */
const sharedBytes = 16 * 1024;
/** A larger column has memory of its own. */
const maxSharingBytes = 1024;

/**
 * Short columns share memory: to make and to collect a buffer for each takes longer than to fill it.
 *
 * @param columns how many columns are read at most
 */
export function createColumnMemory(columns: number): ColumnMemory {
  let left = columns;
  let shared: ArrayBuffer | undefined;
  let used = 0;
  /** Sets `shared`, and returns the place in it. */
  const take = (bytes: number): number => {
    if (shared === undefined || used + bytes > shared.byteLength) {
      shared = new ArrayBuffer(Math.max(bytes, Math.min(sharedBytes, left * bytes)));
      used = 0;
    }
    left--;
    used += bytes;
    return used - bytes;
  };
  const isAlone = (bytes: number): boolean => columns === 1 || bytes > maxSharingBytes;
  return {
    floats(rows) {
      if (isAlone(8 * rows)) return new Float64Array(rows);
      const start = take(8 * rows);
      return new Float64Array(shared as ArrayBuffer, start, rows);
    },
    integers(rows) {
      if (isAlone(8 * rows)) return new BigInt64Array(rows);
      const start = take(8 * rows);
      return new BigInt64Array(shared as ArrayBuffer, start, rows);
    },
  };
}
