import { clearBit, fullBitmap } from "../bitmap.ts";
import { maxEpochMs, minEpochMs, writeEpochNs } from "../epoch.ts";
import type { AnyField } from "../field.ts";
import { fieldFromColumn } from "../field-from-column.ts";
import type { ColumnMemory } from "./column-memory.ts";
import { listOrNone, wrong } from "./expect.ts";
import type { FieldSchema } from "./read-schema.ts";

/**
 * Reads times.
 *
 * @param values milliseconds since 1970
 * @param nanos the remaining nanoseconds of each time; may be shorter than the rows, or absent
 */
export function readTimes(
  schema: FieldSchema,
  values: readonly unknown[],
  nanos: unknown,
  memory: ColumnMemory,
): AnyField {
  const rests = listOrNone("data.nanos", nanos);
  const { length } = values;
  const data = memory.integers(length);
  const halves = new Int32Array(data.buffer, data.byteOffset, 2 * length);
  let validity: Uint8Array | undefined;
  for (let row = 0; row < length; row++) {
    const ms = values[row];
    if (ms === null) {
      // In a field without nulls it is the time 0, as in Go.
      if (!schema.nullable) continue;
      validity ??= fullBitmap(length);
      clearBit(validity, row);
      continue;
    }
    if (typeof ms !== "number" || !Number.isSafeInteger(ms))
      throw wrong(`row ${row}`, "whole milliseconds since 1970", ms);
    const nano = row < rests.length ? readRest(rests[row], row) : 0;
    // Before 1970 one of the SDK's writers rounds up and leaves a negative remainder.
    const whole = nano < 0 ? ms - 1 : ms;
    const rest = nano < 0 ? nano + 1_000_000 : nano;
    if (whole > minEpochMs && whole < maxEpochMs) writeEpochNs(halves, row, whole, rest);
    // Go's zero time (year 1) and others out of range overflow, as in Arrow files of Go.
    else data[row] = BigInt.asIntN(64, BigInt(whole) * 1_000_000n + BigInt(rest));
  }
  return fieldFromColumn(schema.name, "time", length, { length, data, validity }, schema);
}

function readRest(rest: unknown, row: number): number {
  const nano = rest ?? 0;
  if (typeof nano === "number" && Number.isInteger(nano) && Math.abs(nano) <= 999_999) return nano;
  throw wrong(`data.nanos, row ${row}`, "a whole number from 0 to 999999", nano);
}
