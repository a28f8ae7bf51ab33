import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type Query,
  type QueryResult,
  QueryResultSchema,
  type Table,
  type TimeSeries,
} from "../../gen/es/v1/models/datasource_pb.js";
import { DataFrameFormat, type DataResponseSchema } from "../../gen/es/v2/pluginv2/backend_pb.js";
import { messageOf } from "../errors.ts";
import { kinds } from "../frames/field-kind.ts";
import type { Frame } from "../frames/frame.ts";
import { decodeFrames } from "../frames/frame-codec.ts";
import { layoutOf } from "../frames/time-series/time-series-kind.ts";
import { type FrameToSeriesOptions, frameToSeries } from "../v1/frames/frame-to-series.ts";
import { frameToTable } from "../v1/frames/frame-to-table.ts";

export interface V1ResultOptions extends FrameToSeriesOptions {
  /**
   * Says whether a frame becomes series, by the frame and its query; otherwise it becomes a table. Default: a time
   * series of numbers does, unless its meta prefers a table.
   */
  readonly isSeries?: ((frame: Frame, query: Query | undefined) => boolean) | undefined;
}

/**
 * The v1 result of one query: its frames as series or tables, its error, and its meta. A frame that v1 cannot hold is
 * the error of this query. Status and source of an error are lost: v1 has its text only.
 */
export async function toV1Result(
  refId: string,
  query: Query | undefined,
  response: MessageInitShape<typeof DataResponseSchema>,
  { isSeries = isNumberSeries, nulls }: V1ResultOptions,
): Promise<QueryResult> {
  // A handler in JavaScript may answer a query with anything; the other queries have their answers.
  if (typeof response !== "object" || response === null) {
    const got = response === null ? "null" : `a ${typeof response}`;
    return create(QueryResultSchema, { refId, error: `query ${refId}: expected an answer, got ${got}` });
  }
  const { error = "", frames: encoded = [], jsonMeta, format } = response;
  const series: TimeSeries[] = [];
  const tables: Table[] = [];
  try {
    const frames = await decodeFrames(encoded, {
      format: format === DataFrameFormat.JSON ? "json" : "arrow",
    });
    for (const frame of frames) {
      if (isSeries(frame, query)) series.push(...frameToSeries(frame, { nulls }));
      else tables.push(frameToTable(frame));
    }
    return create(QueryResultSchema, { refId, error, series, tables, metaJson: metaOf(jsonMeta, frames) });
  } catch (reason) {
    return create(QueryResultSchema, { refId, error: error || messageOf(reason) });
  }
}

/** A time series that v1 can hold: its values are numbers. */
function isNumberSeries(frame: Frame): boolean {
  const { kind, values } = layoutOf(frame);
  if (kind === "not" || frame.meta?.preferredVisualisationType === "table") return false;
  return values.every((field) => kinds[field.kind].frontendType === "number");
}

/** v1 has one meta for a query, where frames have one each: that of the answer, else that of its first frame with one. */
function metaOf(jsonMeta: Uint8Array | undefined, frames: readonly Frame[]): string {
  if (jsonMeta !== undefined && jsonMeta.length > 0) return new TextDecoder().decode(jsonMeta);
  const meta = frames.find((frame) => frame.meta !== undefined)?.meta;
  return meta === undefined ? "" : JSON.stringify(meta);
}
