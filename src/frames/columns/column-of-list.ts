import { maxEpochMs, minEpochMs } from "../epoch.ts";
import { type FieldKind, kinds } from "../field-kind.ts";
import type { Column } from "./column.ts";
import { lazyColumn } from "./lazy-column.ts";
import { createList, type List } from "./list.ts";
import { type PackedList, packList } from "./pack-list.ts";
import { type NumberKind, packNumbers } from "./pack-numbers.ts";

/** Rows per check, so that the memory stays in the processor's cache. */
const rowsPerCheck = 2048;

/**
 * Packs the values given to `createField`. A list of numbers or times is checked, and packed only when the column is
 * used, which for most is into a file; until then the column refers to the list. A list that is not longer than a check
 * is packed at once, unless a look is enough to check it.
 *
 * @throws FrameError as `packList`; also later, if such a list was changed and no longer fits.
 */
export function columnOfList<K extends FieldKind>(
  name: string,
  kind: K,
  values: readonly unknown[],
): PackedList<K> {
  const { length } = values;
  if (!isNumberKind(kind)) return packList(name, kind, values);
  const list = createList(name, values);
  if (length > rowsPerCheck) checkNumbers(list, kind);
  else if (areSimple(kind, values, 0, length)) list.isChecked = true;
  else return packList(name, kind, values);
  const { validity } = list;
  const column = lazyColumn(
    { length, validity },
    {
      byteLength: length * kinds[kind].data.BYTES_PER_ELEMENT,
      packInto: (buffer, byteOffset, firstRow = 0, count = length) =>
        packNumbers(list, kind, { buffer, byteOffset, firstRow, count }),
    },
  );
  // The kind is right, which the compiler cannot see.
  return { column: column as Column<K>, texts: undefined };
}

function isNumberKind(kind: FieldKind): kind is NumberKind {
  return kind !== "string" && kind !== "json" && kind !== "bool";
}

/** Checks the rows: packs them as at the first use, and drops the result. */
function checkNumbers(list: List, kind: NumberKind): void {
  const { length } = list;
  const buffer = new ArrayBuffer(rowsPerCheck * kinds[kind].data.BYTES_PER_ELEMENT);
  for (let firstRow = 0; firstRow < length; firstRow += rowsPerCheck) {
    const count = Math.min(rowsPerCheck, length - firstRow);
    if (areSimple(kind, list.values, firstRow, firstRow + count)) continue;
    packNumbers(list, kind, { buffer, byteOffset: 0, firstRow, count });
  }
  list.isChecked = true;
}

/** Whether it is seen at a look that rows fit their kind: looking takes a sixth of the time of packing. */
function areSimple(kind: NumberKind, values: readonly unknown[], firstRow: number, end: number): boolean {
  switch (kind) {
    case "time":
      return areMilliseconds(values, firstRow, end);
    case "float32":
    case "float64":
      return areNumbers(values, firstRow, end);
    default:
      return false;
  }
}

/** Whether rows are all milliseconds in range. */
function areMilliseconds(values: readonly unknown[], firstRow: number, end: number): boolean {
  for (let row = firstRow; row < end; row++) {
    const value = values[row];
    // Not so of NaN.
    if (!(typeof value === "number" && value >= minEpochMs && value <= maxEpochMs)) return false;
  }
  return true;
}

function areNumbers(values: readonly unknown[], firstRow: number, end: number): boolean {
  for (let row = firstRow; row < end; row++) if (typeof values[row] !== "number") return false;
  return true;
}
