import {
  type DsResult,
  failedDsResult,
  formatDsResults,
  jsonResults,
} from "../../compat/format-ds-query-body.ts";
import { failedTsdbResult, formatTsdbResults, tsdbBody } from "../../compat/format-tsdb-query-body.ts";
import { joinJson } from "../../compat/json-parts.ts";
import { formatFailedQueryBody } from "../../compat/query-body.ts";
import { messageOf } from "../../errors.ts";
import { pluginFailure } from "../calls/plugin-failure.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { jsonAnswer, valueAnswer } from "../http/answers.ts";
import type { Answer } from "../http/http-call.ts";
import { HttpFailure } from "../http/http-failure.ts";
import { readJsonBody } from "../http/read-json-body.ts";
import type { Route, RouteCall } from "../http/route.ts";
import { askAll, type ResultFormat } from "./ask-all.ts";
import { findSource } from "./find-source.ts";
import { groupQueries } from "./group-queries.ts";
import { type AskedQueries, parseQueryBody } from "./parse-query-body.ts";

/** `POST /api/ds/query` and `POST /api/tsdb/query`. */
export function queryRoutes(core: GatewayCore): readonly Route[] {
  const isOld = core.settings.style === "plutono";
  return [
    {
      method: "POST",
      pattern: "/api/ds/query",
      handle: (call) => (isOld ? answerTsdb(core, call, "\n", (body) => body) : answerDs(core, call)),
    },
    {
      method: "POST",
      pattern: "/api/tsdb/query",
      handle: (call) => answerTsdb(core, call, "", (body) => ofFirstSource(core, body)),
    },
  ];
}

/** Results in the form of Grafana, frames as JSON. */
export const dsFormat: ResultFormat<DsResult> = {
  ofAnswer: formatDsResults,
  ofFailure: (_refId, text) => failedDsResult(text),
};

async function answerDs(core: GatewayCore, call: RouteCall): Promise<Answer> {
  const body = await readQueries(core, call);
  const groups = groupQueries(core, body);
  const results = await askAll(core, call, groups, dsFormat).catch((error: unknown) => {
    throw pluginFailure(error, core.settings.style);
  });
  let isFailed = false;
  for (const { error } of results.values()) isFailed ||= error !== "";
  return jsonAnswer(isFailed ? 400 : 200, joinJson(['{"results":', ...jsonResults(results), "}"]));
}

async function answerTsdb(
  core: GatewayCore,
  call: RouteCall,
  end: string,
  choose: (body: AskedQueries) => AskedQueries,
): Promise<Answer> {
  let body: AskedQueries;
  try {
    body = await readQueries(core, call);
  } catch (error) {
    if (core.settings.style !== "plutono" || !(error instanceof HttpFailure) || error.status !== 400)
      throw error;
    return unreadable(error);
  }
  const groups = groupQueries(core, choose(body));
  try {
    const results = await askAll(core, call, groups, {
      ofAnswer: formatTsdbResults,
      ofFailure: failedTsdbResult,
    });
    const { status, body: json } = tsdbBody(results);
    return jsonAnswer(status, `${json}${end}`);
  } catch (error) {
    const failure = pluginFailure(error, core.settings.style);
    if (failure.status !== 500) throw failure;
    const { message } = JSON.parse(formatFailedQueryBody().body) as { readonly message: string };
    throw new HttpFailure(500, message, { cause: error });
  }
}

/** Of a request in the old API all queries are for the data source of the first one. */
function ofFirstSource(core: GatewayCore, body: AskedQueries): AskedQueries {
  const [first] = body.queries;
  if (first === undefined) return body;
  const { uid, id } = findSource(core, first);
  return { ...body, queries: body.queries.map((query) => ({ ...query, uid, id, type: "" })) };
}

async function readQueries({ settings }: GatewayCore, call: RouteCall): Promise<AskedQueries> {
  const { maxBodyBytes, maxQueries } = settings.limits;
  return readJsonBody(call, maxBodyBytes, (bytes) => parseQueryBody(bytes, { maxQueries }));
}

/** Plutono's answer to a body that is not a query request. */
function unreadable(failure: HttpFailure): Answer {
  const message = messageOf(failure.cause ?? failure);
  return {
    ...valueAnswer(400, [{ classification: "DeserializationError", message }]),
    headers: { "Content-Type": "application/json; charset=utf-8" },
  };
}
