import { jsonResults } from "../../compat/format-ds-query-body.ts";
import { jsonObject, jsonText } from "../../compat/go-json.ts";
import { joinJson } from "../../compat/json-parts.ts";
import { namespace } from "../calls/create-context-maker.ts";
import { pluginFailure } from "../calls/plugin-failure.ts";
import { type Target, targetByUid } from "../calls/target.ts";
import { checkHealth } from "../diagnostics/answer-health.ts";
import { collectMetrics } from "../diagnostics/collect-metrics.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { jsonAnswer } from "../http/answers.ts";
import type { Answer } from "../http/http-call.ts";
import { HttpFailure } from "../http/http-failure.ts";
import { readJsonBody } from "../http/read-json-body.ts";
import type { Route, RouteCall } from "../http/route.ts";
import { askAll } from "../query/ask-all.ts";
import { groupQueries } from "../query/group-queries.ts";
import { type AskedQueries, parseQueryBody } from "../query/parse-query-body.ts";
import { dsFormat } from "../query/query-routes.ts";
import { answerResource } from "../resources/answer-resource.ts";
import { answerChunks } from "./answer-chunks.ts";
import { queryStatus } from "./query-status.ts";

/** Groups of the query service: the name that Grafana uses, and the one it had for some days. */
const queryGroups = new Set(["query.grafana.app", "datasource.grafana.app"]);
const dataSourceGroup = ".datasource.grafana.app";

/** Grafana's `/apis`: queries, health, resources and metrics in the way of Kubernetes. */
export function apisRoutes(core: GatewayCore): readonly Route[] {
  const base = "/apis/:group/:version/namespaces/:namespace";
  const one = `${base}/datasources/:uid`;
  const route = (
    method: string,
    pattern: string,
    handle: (call: RouteCall, target: Target) => Answer | Promise<Answer>,
  ): Route => ({
    method,
    pattern,
    handle: (call) => {
      checkNamespace(call);
      return handle(call, targetOf(core, call));
    },
  });
  const resources = (call: RouteCall, target: Target): Promise<Answer> => answerResource(core, call, target);
  return [
    {
      method: "POST",
      pattern: `${base}/query`,
      handle: (call) => {
        checkNamespace(call);
        if (!queryGroups.has(call.params["group"] ?? "")) throw unknownGroup(call);
        return answerQuery(core, call, undefined);
      },
    },
    route("POST", `${one}/query`, (call, target) => answerQuery(core, call, target)),
    route("GET", `${one}/health`, (call, target) => answerHealth(core, call, target)),
    route("GET", `${one}/metrics`, (call, target) => collectMetrics(core, call, target)),
    route("*", `${one}/resources/*`, resources),
    route("*", `${one}/resource/*`, resources),
  ];
}

function checkNamespace({ params }: RouteCall): void {
  if (params["namespace"] !== namespace) {
    throw new HttpFailure(404, `expected the namespace "${namespace}", the only one of this gateway`);
  }
  if (!/^v\d{1,3}((alpha|beta)\d{1,3})?$/.test(params["version"] ?? "")) {
    throw new HttpFailure(404, "expected a version such as v0alpha1");
  }
}

/** The data source must be one of the plugin that the group names. */
function targetOf(core: GatewayCore, call: RouteCall): Target {
  const group = call.params["group"] ?? "";
  if (!group.endsWith(dataSourceGroup)) throw unknownGroup(call);
  const target = targetByUid(core, call.params);
  if (target.source?.type !== group.slice(0, -dataSourceGroup.length)) {
    throw new HttpFailure(404, "Data source not found");
  }
  return target;
}

function unknownGroup({ params }: RouteCall): HttpFailure {
  return new HttpFailure(404, `the API group "${(params["group"] ?? "").slice(0, 200)}" is not served`);
}

async function answerQuery(core: GatewayCore, call: RouteCall, target: Target | undefined): Promise<Answer> {
  const { maxBodyBytes, maxQueries } = core.settings.limits;
  const given = await readJsonBody(call, maxBodyBytes, (bytes) =>
    parseQueryBody(bytes, { maxQueries, hasOwnRanges: true }),
  );
  const body = target === undefined ? given : ofTarget(given, target);
  const groups = groupQueries(core, body);
  const [only] = groups;
  if (call.header("accept")?.includes("text/jsonl") === true) {
    if (target === undefined || only === undefined) {
      throw new HttpFailure(406, "text/jsonl is answered for one data source, at its own path");
    }
    return answerChunks(core, call, target.slot, only);
  }
  const results = await askAll(core, call, groups, dsFormat).catch((error: unknown) => {
    throw pluginFailure(error, "grafana");
  });
  return jsonAnswer(
    queryStatus(results),
    joinJson([
      `{"kind":"QueryDataResponse","apiVersion":${jsonText(apiVersionOf(call))},"results":`,
      ...jsonResults(results),
      "}",
    ]),
  );
}

/** Queries may leave out the data source that the path has, but not name another one. */
function ofTarget(body: AskedQueries, { source }: Target): AskedQueries {
  const uid = source?.uid ?? "";
  const isOther = body.queries.some((query) =>
    query.uid === "" ? query.id !== 0 && query.id !== source?.id : query.uid !== uid,
  );
  if (isOther) throw new HttpFailure(400, "expected query body datasource and request to match");
  return { ...body, queries: body.queries.map((query) => ({ ...query, uid, type: "" })) };
}

async function answerHealth(core: GatewayCore, call: RouteCall, target: Target): Promise<Answer> {
  const { status, message, details } = await checkHealth(core, call, target);
  return jsonAnswer(
    status === "OK" ? 200 : 400,
    jsonObject({
      kind: jsonText("HealthCheckResult"),
      apiVersion: jsonText(apiVersionOf(call)),
      status: jsonText(status),
      code: status === "OK" ? "1" : status === "ERROR" ? "2" : "0",
      message: jsonText(message),
      details,
    }),
  );
}

function apiVersionOf({ params }: RouteCall): string {
  return `${params["group"]}/${params["version"]}`;
}
