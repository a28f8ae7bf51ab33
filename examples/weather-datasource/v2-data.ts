import type { ServiceImpl } from "@connectrpc/connect";
import { answerQueries, answerQueriesInChunks, type Data, type TimeRange } from "grafana-plugin-protocol/v2";
import type { Queries } from "./answer-queries.ts";
import type { Range } from "./select-frames.ts";

/** Answers queries, in Arrow or JSON as the host asks. A wrong query gets its own error; the others get their frames. */
export function createData(queries: Queries): Partial<ServiceImpl<typeof Data>> {
  const decoder = new TextDecoder();
  return {
    queryData: (request, { signal }) =>
      answerQueries(
        request,
        ({ json, timeRange }) => queries.answer(decoder.decode(json), toRange(timeRange)).frame,
        { signal },
      ),
    queryChunkedData: (request, { signal }) =>
      answerQueriesInChunks(
        request,
        ({ json, timeRange }) => queries.answerInParts(decoder.decode(json), toRange(timeRange)),
        { signal },
      ),
  };
}

/** Without a range, which a host may leave out, all rows are meant. */
function toRange({ fromEpochMS = 0n, toEpochMS = BigInt(Date.now()) }: Partial<TimeRange> = {}): Range {
  return { from: fromEpochMS, to: toEpochMS };
}
