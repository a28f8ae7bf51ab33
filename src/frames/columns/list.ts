import { clearBit, fullBitmap, hasBit } from "../bitmap.ts";
import { invalidValue } from "../invalid-value.ts";

/** An array of values on its way into a column. */
export interface List {
  readonly name: string;
  readonly values: readonly unknown[];
  /** Its length at the beginning. */
  readonly length: number;
  /** Made at the first row without a value. */
  validity: Uint8Array | undefined;
  /** Whether each row was checked. From then on the same rows have values. */
  isChecked: boolean;
}

export function createList(name: string, values: readonly unknown[]): List {
  return { name, values, length: values.length, validity: undefined, isChecked: false };
}

/** `null` and `undefined` make a null row; any other value that does not fit the kind throws. */
export function skipRow(list: List, row: number, expected: string): void {
  const { name, values, validity, length } = list;
  const value = values[row];
  if (value !== null && value !== undefined) throw invalidValue(name, row, expected, value);
  if (!list.isChecked) {
    list.validity ??= fullBitmap(length);
    clearBit(list.validity, row);
  } else if (validity === undefined || hasBit(validity, row)) {
    throw invalidValue(
      name,
      row,
      `${expected} as when the field was made, for its list is not copied`,
      value,
    );
  }
}
