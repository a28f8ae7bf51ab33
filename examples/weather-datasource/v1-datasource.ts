import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  type DatasourcePlugin,
  frameToSeries,
  frameToTable,
  type QueryResultSchema,
} from "grafana-plugin-protocol/v1";
import type { Queries } from "./answer-queries.ts";
import type { Range } from "./select-frames.ts";

/** The same queries for hosts that speak protocol 1, which has series and tables instead of frames. */
export function createDatasource(queries: Queries): Partial<ServiceImpl<typeof DatasourcePlugin>> {
  return {
    query(request) {
      const { fromEpochMs: from = 0n, toEpochMs: to = BigInt(Date.now()) } = request.timeRange ?? {};
      return {
        results: request.queries.map(({ refId, modelJson }) => result(refId, modelJson, { from, to })),
      };
    },
  };

  function result(
    refId: string,
    modelJson: string,
    range: Range,
  ): MessageInitShape<typeof QueryResultSchema> {
    try {
      const { frame, format } = queries.answer(modelJson, range);
      return format === "table"
        ? { refId, tables: [frameToTable(frame)] }
        : { refId, series: frameToSeries(frame) };
    } catch (error) {
      return { refId, error: error instanceof Error ? error.message : String(error) };
    }
  }
}
