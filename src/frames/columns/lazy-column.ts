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

/**
 * A column whose data is packed at its first use. Until then an encoder can pack it directly into a file: data that is
 * only sent takes memory once, and the garbage collector, which counts such memory, runs less often.
 */
export function lazyColumn({ length, validity }: Omit<Column, "data">, late: LateData): Column {
  return new LateColumn({ length, validity }, late) as object as Column;
}

/** The data of a column that was not used yet. */
export function lateDataOf(column: Column): LateData | undefined {
  return LateColumn.lateDataOf(column);
}

function given(column: object): object {
  return column;
}

/** A constructor that returns its argument: the class on top of it gives a plain object a private field. */
const Given = given as unknown as new (column: object) => object;

/** Has its late data in a private field, so that a copy with other data has none. */
class LateColumn extends Given {
  #stored: Column["data"] | LateData;

  constructor(column: Omit<Column, "data">, late: LateData) {
    super(column);
    this.#stored = late;
    Object.defineProperty(this, "data", LateColumn.data);
  }

  // One getter for all columns: with one of its own, each would have a hidden class of its own too.
  static readonly data: PropertyDescriptor = {
    get(this: LateColumn) {
      return this.#read();
    },
    enumerable: true,
    configurable: true,
  };

  #read(): Column["data"] {
    const stored = this.#stored;
    if (!isLate(stored)) return stored;
    const data = stored.packInto(new ArrayBuffer(stored.byteLength), 0);
    // Releases the packing function, and the list that it packs.
    this.#stored = data;
    return data;
  }

  static lateDataOf(column: object): LateData | undefined {
    if (!(#stored in column)) return undefined;
    const stored = column.#stored;
    return isLate(stored) ? stored : undefined;
  }
}

function isLate(stored: Column["data"] | LateData): stored is LateData {
  return "packInto" in stored;
}
