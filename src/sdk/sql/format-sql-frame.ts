import { createField, type ValueInput } from "../../frames/create-field.ts";
import { createFrame } from "../../frames/create-frame.ts";
import type { AnyField } from "../../frames/field.ts";
import type { FieldKind } from "../../frames/field-kind.ts";
import type { Frame } from "../../frames/frame.ts";
import { FrameError, type FrameErrorCode } from "../../frames/frame-error.ts";
import { type Fill, longToWide } from "../../frames/time-series/long-to-wide.ts";
import { numberSeries } from "../../frames/time-series/number-series.ts";
import { layoutOf } from "../../frames/time-series/time-series-kind.ts";
import { sqlError } from "./sql-error.ts";
import type { SqlFormat } from "./sql-format.ts";

/** Options of {@link formatSqlFrame}. */
export interface SqlFormatOptions {
  /** The SQL that was run, for the query inspector. */
  readonly sql?: string | undefined;
  /** How a time series is filled where only other series have a time. Default: `none` of `longToWide`. */
  readonly fill?: Fill | undefined;
  /** Called with each time series, for instance to resample it. */
  readonly resample?: ((frame: Frame) => Frame) | undefined;
}

const visualisations: Readonly<Record<SqlFormat, string>> = {
  timeseries: "graph",
  table: "table",
  logs: "logs",
  traces: "trace",
  multi: "graph",
};

/**
 * Makes what a query wants from the frame of its rows: `timeseries` makes a long series wide; `multi` makes a frame for
 * each series and value; `table`, `logs` and `traces` keep the rows. All name the visualisation that suits. A frame that is
 * not a long series is kept. Of a result without rows both series formats make a frame without fields, as Grafana's own
 * SQL data sources do: alert rules take it for "no data", and refuse a long series, even without rows.
 *
 * @throws QueryError with status 400 when the rows of a series are not ordered by time, or would make too many fields
 */
export function formatSqlFrame(frame: Frame, format: SqlFormat, options: SqlFormatOptions = {}): Frame[] {
  const meta = {
    ...frame.meta,
    preferredVisualisationType: visualisations[format],
    ...(options.sql !== undefined && { executedQueryString: options.sql }),
  };
  const given = createFrame({ name: frame.name, refId: frame.refId, meta, fields: frame.fields });
  if (format !== "timeseries" && format !== "multi") return [given];
  if (given.length === 0) return [createFrame({ name: frame.name, refId: frame.refId, meta, fields: [] })];
  const { kind } = layoutOf(given);
  if (kind === "not") return [given];
  const resample = options.resample ?? ((series: Frame) => series);
  if (kind === "wide") return [resample(given)];
  const series = format === "multi" ? splitSeries(given) : [widen(given, options.fill)];
  return series.map(resample);
}

/** What the author of the query can do about a series that cannot become wide. */
const adviceByCode: Readonly<Partial<Record<FrameErrorCode, string>>> = {
  time_series_invalid: "order the rows of the query by time, or choose the format table",
  // Texts that differ in each row, such as an id, make a field for each.
  limit_exceeded: "select no text that differs in most rows, or choose the format multi or table",
};

function widen(frame: Frame, fill: Fill | undefined): Frame {
  try {
    return createFrame({ ...longToWide(frame, fill), refId: frame.refId });
  } catch (error) {
    const advice = error instanceof FrameError ? adviceByCode[error.code] : undefined;
    if (advice === undefined) throw error;
    throw sqlError(`${(error as FrameError).message}: ${advice}`, error);
  }
}

function splitSeries(frame: Frame): Frame[] {
  const { time, factors, values } = layoutOf(frame);
  const { seriesOf, labels } = numberSeries(factors, frame.length);
  const rowsOf: number[][] = labels.map(() => []);
  for (const [row, series] of seriesOf.entries()) rowsOf[series]?.push(row);
  const meta = { ...frame.meta, type: "timeseries-multi", typeVersion: [0, 1] as const };
  return labels.flatMap((seriesLabels, series) => {
    const rows = rowsOf[series] ?? [];
    const times = pick(time as AnyField, rows);
    return values.map((value) =>
      createFrame({
        name: frame.name,
        refId: frame.refId,
        meta,
        fields: [times, pick(value, rows, seriesLabels)],
      }),
    );
  });
}

function pick(field: AnyField, rows: readonly number[], labels = field.labels): AnyField {
  const { values } = field;
  const kept = rows.map((row) => values[row]) as ValueInput<FieldKind>[];
  const { name, kind, nullable, config } = field;
  return createField(name, kind, kept, { nullable, config, labels }) as AnyField;
}
