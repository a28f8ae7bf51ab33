import { create } from "@bufbuild/protobuf";
import {
  type Point,
  PointSchema,
  type TimeSeries,
  TimeSeriesSchema,
} from "../../../gen/es/v1/models/datasource_pb.js";
import { hasBit } from "../../frames/bitmap.ts";
import type { AnyField } from "../../frames/field.ts";
import { kinds } from "../../frames/field-kind.ts";
import type { Frame } from "../../frames/frame.ts";
import { FrameError } from "../../frames/frame-error.ts";
import { longToWide } from "../../frames/time-series/long-to-wide.ts";
import { findNullTime } from "../../frames/time-series/number-times.ts";
import { layoutOf, wrongKind } from "../../frames/time-series/time-series-kind.ts";
import { displayName } from "./display-name.ts";

export interface FrameToSeriesOptions {
  /**
   * v1 points cannot be null. `drop` leaves out points that are null or NaN, `nan` sends NaN, which hosts show as null.
   * Default `drop`.
   */
  readonly nulls?: "drop" | "nan" | undefined;
}

/**
 * Makes v1 time series of a frame: one for each value field, named as hosts name it, its labels as tags. Times are
 * milliseconds, values doubles: nanoseconds and the digits of 64-bit integers beyond 2^53 are lost. A long
 * frame is made wide first. A frame without fields, or with a time only, gives no series.
 *
 * @throws FrameError `time_series_invalid` for a frame that is not a time series and for null times, `v1_unsupported`
 *   for values that are not numbers and for infinities, which v1 hosts cannot write as JSON.
 */
export function frameToSeries(frame: Frame, { nulls = "drop" }: FrameToSeriesOptions = {}): TimeSeries[] {
  if (frame.fields.length < 2 && frame.fields.every((field) => field.kind === "time")) return [];
  const { kind } = layoutOf(frame);
  if (kind === "not") throw wrongKind(frame, "wide");
  if (kind === "long" && frame.length === 0) return [];
  const { time, values } = layoutOf(kind === "long" ? longToWide(frame, { mode: "null" }) : frame);
  const problem = time === undefined ? undefined : findNullTime(time);
  if (problem !== undefined) throw new FrameError("time_series_invalid", problem);
  const timestamps = Array.from(time?.epochMs() ?? [], (ms) => BigInt(ms));
  return values.map((field) =>
    create(TimeSeriesSchema, {
      name: displayName(field),
      tags: { ...field.labels },
      points: toPoints(field, timestamps, nulls === "drop"),
    }),
  );
}

function toPoints(field: AnyField, timestamps: readonly bigint[], drops: boolean): Point[] {
  const { name, kind, nullable, column } = field;
  if (kinds[kind].frontendType !== "number") {
    throw new FrameError(
      "v1_unsupported",
      `field "${name}" is of kind ${kind}, and a v1 time series holds numbers: leave the field out, or use frameToTable`,
    );
  }
  const validity = nullable ? column.validity : undefined;
  const points: Point[] = [];
  for (const [row, timestamp] of timestamps.entries()) {
    const isNull = validity !== undefined && !hasBit(validity, row);
    const value = isNull ? Number.NaN : Number(column.data[row]);
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      throw new FrameError(
        "v1_unsupported",
        `field "${name}", row ${row}: v1 hosts cannot write ${value} as JSON: send null or a number in its place`,
      );
    }
    if (!(drops && Number.isNaN(value))) points.push(create(PointSchema, { timestamp, value }));
  }
  return points;
}
