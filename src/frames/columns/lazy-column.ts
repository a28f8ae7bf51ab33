import type { Column } from "./column.ts";

/**
 * Packs the data of a column, or `count` rows of it, into memory that is all zero, from a multiple of 8 bytes on.
 * A part begins at a multiple of 8 rows.
 */
type PackInto = (
  buffer: ArrayBuffer,
  byteOffset: number,
  firstRow?: number,
  count?: number,
) => Column["data"];

/** Data that is not packed yet. */
export interface LateData {
  readonly byteLength: number;
  readonly packInto: PackInto;
}

const lateData: unique symbol = Symbol("lateData");

interface LazyColumn extends Column {
  readonly [lateData]?: LateData | undefined;
}

/**
 * A column whose data is packed at its first use. Until then an encoder can pack it directly into a file: data that is
 * only sent takes memory once, and the garbage collector, which counts such memory, runs less often.
 */
export function lazyColumn({ length, validity }: Omit<Column, "data">, late: LateData): Column {
  let stored: Column["data"] | LateData = late;
  const column = {
    length,
    validity,
    get data() {
      // Releases the packing function, and the list that it packs.
      if (isLate(stored)) stored = stored.packInto(new ArrayBuffer(stored.byteLength), 0);
      return stored;
    },
  };
  // Not enumerable: a copy of the column with other data must not have it.
  return Object.defineProperty(column, lateData, { get: () => (isLate(stored) ? stored : undefined) });
}

/** The data of a column that was not used yet. */
export function lateDataOf(column: LazyColumn): LateData | undefined {
  return column[lateData];
}

function isLate(stored: Column["data"] | LateData): stored is LateData {
  return "packInto" in stored;
}
