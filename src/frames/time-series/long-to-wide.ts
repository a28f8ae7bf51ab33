import { checkFrame } from "../check-frame.ts";
import { createFrame } from "../create-frame.ts";
import type { AnyField } from "../field.ts";
import { kinds } from "../field-kind.ts";
import type { Frame } from "../frame.ts";
import { FrameError } from "../frame-error.ts";
import { checkCellCount, createCells, defaultMaxCells } from "./cells.ts";
import { numberSeries } from "./number-series.ts";
import { numberTimes } from "./number-times.ts";
import { sortFields } from "./sort-wide-fields.ts";
import { layoutOf, wrongKind } from "./time-series-kind.ts";

/**
 * The value of a series at a time that only other series have. `none`: the zero of its kind, or null in a nullable field;
 * `null`; `previous`: the value at the time before, null at first; `value`: that number, for integers without its fraction
 * (fields of other kinds than numbers are filled as by `none`).
 */
export type Fill =
  | { readonly mode: "none" | "null" | "previous" }
  | { readonly mode: "value"; readonly value: number };

/** Bounds the result of a conversion, which may be far larger than its input. */
export interface SeriesLimits {
  /** Rows times fields. Default 100 million. */
  readonly maxCells?: number | undefined;
}

/**
 * Makes a wide time series from a long one, as the Go SDK does: one row per time; for each value field and each
 * set of texts of the string and bool fields a field, with these as labels. Of rows with the same time and
 * texts the last one counts. The fields are sorted by name and labels; the refId is left out. Unlike the Go
 * SDK, it keeps the configs of time and values: an enum is without its texts otherwise, which panels fail for.
 *
 * @param fill default: `none`
 * @throws FrameError `time_series_invalid` for a frame that is not long, has no rows, null times or times that do
 *   not ascend; `invalid_value` for a fill value that a field cannot hold; `limit_exceeded`.
 */
export function longToWide(frame: Frame, fill: Fill = { mode: "none" }, limits: SeriesLimits = {}): Frame {
  checkFrame("longToWide", frame);
  const { kind, time, factors, values } = layoutOf(frame);
  if (kind !== "long" || time === undefined) throw wrongKind(frame, "long");
  if (frame.length === 0) {
    throw new FrameError(
      "time_series_invalid",
      `frame "${frame.name}" has no rows to convert: check its length first`,
    );
  }
  if (fill.mode === "value") for (const field of values) checkFillValue(field, fill.value);
  const { timeOf, rowOf } = numberTimes(time);
  const { seriesOf, labels } = numberSeries(factors, frame.length);
  checkCellCount(rowOf.length, labels.length * values.length + 1, limits.maxCells ?? defaultMaxCells);

  const length = rowOf.length;
  const rowOfCell = findRows(timeOf, seriesOf, length, labels.length, fill.mode === "previous");
  const fields = labels.flatMap((seriesLabels, series) => {
    const rows = rowOfCell.subarray(series * length, (series + 1) * length);
    return values.map((value) => {
      const nullable = value.nullable || fill.mode === "null" || fill.mode === "previous";
      const cells = createCells(value.kind, nullable, length);
      if (fill.mode === "value") cells.fill(fill.value);
      cells.place(value, 0, 1, rows);
      return cells.toField(value.name, { labels: seriesLabels, config: value.config });
    });
  });
  const times = createCells("time", false, length);
  times.place(time, 0, 1, rowOf);
  const names = factors.map(({ name }) => name);
  return createFrame({
    name: frame.name,
    meta: { ...frame.meta, type: "timeseries-wide", typeVersion: [0, 1] },
    fields: [times.toField(time.name, { config: time.config }), ...sortFields(fields, names)],
  });
}

/** For each series and each time the long row of the cell, -1 for none. */
function findRows(
  timeOf: Int32Array,
  seriesOf: Int32Array,
  length: number,
  seriesCount: number,
  repeats: boolean,
): Int32Array {
  const rows = new Int32Array(length * seriesCount).fill(-1);
  for (let row = 0; row < timeOf.length; row++) {
    rows[(seriesOf[row] as number) * length + (timeOf[row] as number)] = row;
  }
  if (repeats) {
    for (let cell = 0; cell < rows.length; cell++) {
      if (cell % length !== 0 && rows[cell] === -1) rows[cell] = rows[cell - 1] as number;
    }
  }
  return rows;
}

/** In Go the result for a number that does not fit depends on the processor. */
export function checkFillValue({ name, kind }: AnyField, value: number): void {
  const { range, frontendType } = kinds[kind];
  if (frontendType !== "number" || kind === "float32" || kind === "float64") return;
  const whole = Math.trunc(value);
  const [low, high] = range ?? (kind === "int64" ? [-(2 ** 63), 2 ** 63] : [0, 2 ** 64]);
  // The limits of 64 bits are the first numbers beyond them that a double can represent.
  if (whole >= low && (range === undefined ? whole < high : whole <= high)) return;
  throw new FrameError(
    "invalid_value",
    `field "${name}" of kind ${kind} cannot hold the fill value ${value}: choose another, or make the field a float64`,
  );
}
