import { hasBit } from "../bitmap.ts";
import type { Field } from "../field.ts";
import { FrameError } from "../frame-error.ts";

/** The distinct times of a time field, numbered. */
interface NumberedTimes {
  /** The number of the time of each row. */
  readonly timeOf: Int32Array;
  /** The first row that has each time. */
  readonly rowOf: Int32Array;
}

/**
 * Numbers the times of a field whose times ascend.
 *
 * @throws FrameError `time_series_invalid` for a null time, and for one that is earlier than the one before.
 */
export function numberTimes(field: Field<"time">): NumberedTimes {
  const problem = findTimeProblem(field);
  if (problem !== undefined) throw new FrameError("time_series_invalid", problem);
  const halves = halvesOf(field);
  const timeOf = new Int32Array(field.length);
  const rowOf = new Int32Array(field.length);
  let count = 0;
  for (let row = 0; row < field.length; row++) {
    if (row === 0 || compareTimes(halves, row - 1, row) !== 0) rowOf[count++] = row;
    timeOf[row] = count - 1;
  }
  return { timeOf, rowOf: rowOf.slice(0, count) };
}

/** Says why the times are not those of a time series, and what to do; `undefined` if they are. */
export function findTimeProblem(field: Field<"time">): string | undefined {
  const nullTime = findNullTime(field);
  if (nullTime !== undefined) return nullTime;
  const halves = halvesOf(field);
  for (let row = 1; row < field.length; row++) {
    if (compareTimes(halves, row - 1, row) > 0) {
      return (
        `time field "${field.name}" is not ascending, row ${row} is earlier than row ${row - 1}: ` +
        "sort the rows by time"
      );
    }
  }
  return undefined;
}

/** The same for null times only. */
export function findNullTime({ name, length, column: { validity } }: Field<"time">): string | undefined {
  if (validity === undefined) return undefined;
  for (let row = 0; row < length; row++) {
    if (!hasBit(validity, row)) {
      return `time field "${name}" is null at row ${row}, expected a time in every row: leave such rows out`;
    }
  }
  return undefined;
}

/** Low and high 32 bits of each time, to compare them without a `bigint` per row. */
function halvesOf({ column: { data } }: Field<"time">): Int32Array {
  return new Int32Array(data.buffer, data.byteOffset, data.length * 2);
}

function compareTimes(halves: Int32Array, a: number, b: number): number {
  const high = (halves[2 * a + 1] as number) - (halves[2 * b + 1] as number);
  return high === 0 ? ((halves[2 * a] as number) >>> 0) - ((halves[2 * b] as number) >>> 0) : high;
}
