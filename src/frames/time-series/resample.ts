import { checkFrame } from "../check-frame.ts";
import { createFrame } from "../create-frame.ts";
import type { AnyField, Field } from "../field.ts";
import { fieldFromColumn } from "../field-from-column.ts";
import type { Frame } from "../frame.ts";
import { FrameError } from "../frame-error.ts";
import { invalidArgument } from "../invalid-value.ts";
import { tagOf } from "../kind-of-value.ts";
import { checkCellCount, createCells, defaultMaxCells } from "./cells.ts";
import { checkFillValue, type Fill, type SeriesLimits } from "./long-to-wide.ts";
import { findTimeProblem } from "./number-times.ts";
import { layoutOf, wrongKind } from "./time-series-kind.ts";

/** What {@link resample} makes of a series. */
export interface ResampleOptions extends SeriesLimits {
  /** The first time of the result, and the time that no row is after. A `bigint` is nanoseconds since 1970. */
  readonly range: { readonly from: Date | bigint; readonly to: Date | bigint };
  /** Milliseconds between two rows of the result, more than 0; a fraction is nanoseconds. */
  readonly intervalMs: number;
  /** The value at a time whose interval has no row. Default: `none`, the zero of the kind or null in a nullable field. */
  readonly fill?: Fill | undefined;
}

/**
 * Gives a wide time series one row per interval, as alert rules and joins of several series need it: the rows are at
 * `from`, `from + intervalMs` and so on. Each has the last row of the interval that ends there; an interval without a row is
 * filled. Values equal those of the Go SDK's `ResampleWideFrame`; field configs and the refId, which it drops, are kept.
 *
 * With `previous` the value comes from the last row before, if that is null too, or null before the first row. `null` and
 * `previous` make the value fields nullable.
 *
 * @throws FrameError `time_series_invalid` for a frame that is not wide, null times or times that do not ascend;
 *   `invalid_value` for options out of range; `limit_exceeded`.
 */
export function resample(frame: Frame, options: ResampleOptions): Frame {
  checkFrame("resample", frame);
  const { kind, time } = layoutOf(frame);
  if (kind !== "wide" || time === undefined) throw wrongKind(frame, "wide");
  const problem = findTimeProblem(time);
  if (problem !== undefined) throw new FrameError("time_series_invalid", problem);
  const { range, intervalMs, fill = { mode: "none" }, maxCells = defaultMaxCells } = options;
  const from = readTime("from", range?.from);
  const to = readTime("to", range?.to);
  const step = readInterval(intervalMs);
  if (fill.mode === "value") {
    for (const field of frame.fields) if (field !== time) checkFillValue(field, fill.value);
  }
  const length = to < from ? 0 : Number((to - from) / step) + 1;
  checkCellCount(length, frame.fields.length, maxCells);
  const times = BigInt64Array.from({ length }, (_, i) => from + BigInt(i) * step);
  const rows = findRows(time, times, step, fill.mode === "previous");
  const fields = frame.fields.map((field) => {
    const { name, labels, config, nullable } = field;
    if (field === time) {
      return fieldFromColumn(name, "time", length, { length, data: times }, { labels, config, nullable });
    }
    const cells = createCells(
      field.kind,
      nullable || fill.mode === "null" || fill.mode === "previous",
      length,
    );
    if (fill.mode === "value") cells.fill(fill.value);
    cells.place(field, 0, 1, rows);
    return cells.toField(name, { labels, config });
  });
  // Fields of one kind each, which the compiler cannot see.
  return createFrame({ ...frame, fields: fields as unknown as AnyField[] });
}

/** For each time the last row of its interval, or -1; with `repeats` the last row before it. */
function findRows(
  { column, length }: Field<"time">,
  times: BigInt64Array,
  step: bigint,
  repeats: boolean,
): Int32Array {
  const { data } = column;
  const rows = new Int32Array(times.length);
  let next = 0;
  for (let i = 0; i < times.length; i++) {
    const end = times[i] as bigint;
    while (next < length && (data[next] as bigint) <= end) next++;
    const last = next - 1;
    rows[i] = last >= 0 && (repeats || (data[last] as bigint) > end - step) ? last : -1;
  }
  return rows;
}

const minNs = -(2n ** 63n);
const maxNs = 2n ** 63n - 1n;

function readTime(what: string, time: Date | bigint): bigint {
  if (typeof time !== "bigint" && !(tagOf(time) === "[object Date]" && !Number.isNaN(time.getTime()))) {
    throw invalidArgument(`resample: range.${what}`, "a Date, or a bigint of nanoseconds since 1970", time);
  }
  const ns = typeof time === "bigint" ? time : BigInt(time.getTime()) * 1_000_000n;
  if (ns < minNs || ns > maxNs) {
    throw new FrameError(
      "time_out_of_range",
      `resample: range.${what}: expected a time from 1677-09-21 to 2262-04-11, got ${ns} ns since 1970`,
    );
  }
  return ns;
}

function readInterval(intervalMs: number): bigint {
  if (typeof intervalMs === "number" && Number.isFinite(intervalMs)) {
    const whole = Math.trunc(intervalMs);
    const ns = BigInt(whole) * 1_000_000n + BigInt(Math.round((intervalMs - whole) * 1e6));
    if (ns > 0n) return ns;
  }
  throw invalidArgument("resample: intervalMs", "more than 0 milliseconds", intervalMs);
}
