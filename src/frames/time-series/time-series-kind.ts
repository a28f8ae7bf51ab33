import { checkFrame } from "../check-frame.ts";
import type { AnyField } from "../field.ts";
import type { Frame } from "../frame.ts";
import { FrameError } from "../frame-error.ts";

/**
 * Which form of time series a frame has. `wide`: one row per time, one value field per series, distinguished by labels.
 * `long`: one row per time and series, distinguished by string and bool fields. `not`: it lacks a time or a value.
 */
export type TimeSeriesKind = "long" | "not" | "wide";

/** The role of each field in a time series. */
interface SeriesLayout {
  readonly kind: TimeSeriesKind;
  /** The first time field, if any. */
  readonly time: Extract<AnyField, { kind: "time" }> | undefined;
  /** The fields that distinguish the series of a long frame: all string and bool fields. */
  readonly factors: readonly Extract<AnyField, { kind: "bool" | "string" }>[];
  /** All other fields, including further times. */
  readonly values: readonly AnyField[];
}

/** The form of time series that a frame has, by the kinds of its fields; the rows do not matter. */
export function timeSeriesKind(frame: Frame): TimeSeriesKind {
  checkFrame("timeSeriesKind", frame);
  return layoutOf(frame).kind;
}

export function layoutOf({ fields }: Frame): SeriesLayout {
  const time = fields.find((field) => field.kind === "time");
  const factors = fields.filter((field) => field.kind === "string" || field.kind === "bool");
  const values = fields.filter((field) => field !== time && field.kind !== "string" && field.kind !== "bool");
  const isSeries = time !== undefined && values.length > 0;
  return { kind: isSeries ? (factors.length > 0 ? "long" : "wide") : "not", time, factors, values };
}

/** The error for a frame of the wrong form: it says what the frame lacks. */
export function wrongKind(frame: Frame, wanted: "long" | "wide"): FrameError {
  return new FrameError(
    "time_series_invalid",
    `expected a ${wanted} time series, but frame "${frame.name}" ${whatIsWrong(frame, wanted)}`,
  );
}

function whatIsWrong(frame: Frame, wanted: "long" | "wide"): string {
  const { kind, time, factors } = layoutOf(frame);
  if (frame.fields.length === 0) return "has no fields: check whether there is data first";
  if (time === undefined) return "has no field of kind time: add one";
  if (kind === "not") return "has no value field in addition to its time, string and bool fields: add one";
  if (wanted === "long") return "is wide already: it has no string or bool field";
  return `is long, it has the ${factors[0]?.kind} field "${factors[0]?.name}": use longToWide first`;
}
