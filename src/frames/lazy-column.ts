import type { Column } from "./column.ts";

/** Packs the data of a column into memory that is all zero, 8 bytes a row from a multiple of 8 on. */
export type PackInto = (buffer: ArrayBuffer, byteOffset: number) => Column["data"];

const packInto = Symbol("packInto");

interface LazyColumn extends Column {
  readonly [packInto]?: PackInto | undefined;
}

/**
 * A column of 8 bytes a row whose data is packed at its first use. A file can have it packed in place before: a long list
 * that is only sent then takes memory once, and the garbage collector, which counts such memory, runs half as often.
 */
export function lazyColumn(length: number, validity: Uint8Array | undefined, pack: PackInto): Column {
  let packed: Column["data"] | undefined;
  const column = {
    length,
    validity,
    get data() {
      packed ??= pack(new ArrayBuffer(8 * length), 0);
      return packed;
    },
  };
  // Not enumerable: a copy of the column with other data must not have it. Data that was seen may have been changed.
  return Object.defineProperty(column, packInto, { get: () => (packed === undefined ? pack : undefined) });
}

/** What packs the data of a column; `undefined` when it is packed. */
export function packerOf(column: LazyColumn): PackInto | undefined {
  return column[packInto];
}
