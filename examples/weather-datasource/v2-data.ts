import type { ServiceImpl } from "@connectrpc/connect";
import { type Data, DataFrameFormat, type DataQuery } from "grafana-plugin-protocol/v2";
import type { Queries } from "./answer-queries.ts";
import { encodeArrowFrame } from "./encode-arrow-frame.ts";

/** Queries. One that is wrong gets an error of its own; the others get their frames. */
export function createData(queries: Queries): Partial<ServiceImpl<typeof Data>> {
  return {
    async queryData(request) {
      const responses = request.queries.map(async (query) => [query.refId, await respond(query)] as const);
      return { responses: Object.fromEntries(await Promise.all(responses)) };
    },
  };

  async function respond({ refId, json, timeRange }: DataQuery) {
    const range = { from: timeRange?.fromEpochMS ?? 0n, to: timeRange?.toEpochMS ?? BigInt(Date.now()) };
    const answer = queries.answer(new TextDecoder().decode(json), range);
    if ("error" in answer) return { status: 400, errorSource: "downstream", error: answer.error };
    const frames = await Promise.all(answer.frames.map((frame) => encodeArrowFrame(frame, refId)));
    return { status: 200, format: DataFrameFormat.ARROW, frames };
  }
}
