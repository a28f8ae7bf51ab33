import type { TimeSeries } from "../../../gen/es/v1/models/datasource_pb.js";
import { createField } from "../../frames/create-field.ts";
import { createFrame } from "../../frames/create-frame.ts";
import type { Frame } from "../../frames/frame.ts";

/**
 * Makes a frame of a v1 time series, as Grafana's frontend does: a field `Time`, and a nullable field `Value` with the
 * tags as labels and the name of the series as display name. NaN means null in v1.
 *
 * @throws FrameError `time_out_of_range`
 */
export function seriesToFrame({ name, tags, points }: TimeSeries, refId = ""): Frame {
  const times = points.map(({ timestamp }) => timestamp * 1_000_000n);
  const values = points.map(({ value }) => (Number.isNaN(value) ? null : value));
  return createFrame({
    name,
    refId,
    fields: [
      createField("Time", "time", times),
      createField("Value", "float64", values, {
        nullable: true,
        labels: Object.keys(tags).length === 0 ? undefined : { ...tags },
        config: name === "" ? undefined : { displayNameFromDS: name },
      }),
    ],
  });
}
