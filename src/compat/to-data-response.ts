import { create } from "@bufbuild/protobuf";
import type { QueryResult } from "../../gen/es/v1/models/datasource_pb.js";
import {
  type DataFrameFormat,
  type DataResponse,
  DataResponseSchema,
} from "../../gen/es/v2/pluginv2/backend_pb.js";
import { messageOf } from "../errors.ts";
import { seriesToFrame } from "../v1/frames/series-to-frame.ts";
import { tableToFrame } from "../v1/frames/table-to-frame.ts";
import { encodeDataResponse } from "../v2/responses/data-response.ts";

/**
 * The v2 response of a v1 result: a frame for each series and table, in that format, its meta, its error. An error has
 * status 500 and the plugin as source, because v1 has its text only. A result that frames cannot hold is such an error.
 */
export async function toDataResponse(result: QueryResult, format: DataFrameFormat): Promise<DataResponse> {
  const { refId, error, metaJson, series, tables } = result;
  const jsonMeta = new TextEncoder().encode(metaJson);
  try {
    const frames = [
      ...series.map((one) => seriesToFrame(one, refId)),
      ...tables.map((table) => tableToFrame(table, {}, refId)),
    ];
    const encoded = await encodeDataResponse(refId, frames, format);
    const outcome = error === "" ? {} : { error, status: 500, errorSource: "plugin" };
    return create(DataResponseSchema, { ...encoded, ...outcome, jsonMeta });
  } catch (reason) {
    const message = error || messageOf(reason);
    return create(DataResponseSchema, {
      error: message,
      status: 500,
      errorSource: "plugin",
      jsonMeta,
      format,
    });
  }
}
