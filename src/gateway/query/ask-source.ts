import type { MessageInitShape } from "@bufbuild/protobuf";
import type { DatasourceRequestSchema } from "../../../gen/es/v1/models/datasource_pb.js";
import type { QueryDataRequestSchema } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { DataFrameFormat } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import type { QueryResponse } from "../../compat/query-body.ts";
import { orgId } from "../calls/create-context-maker.ts";
import { forwardedHeaders } from "../calls/forwarded-headers.ts";
import { observed, traceHeaders } from "../calls/observed.ts";
import { withoutSecrets } from "../calls/plugin-failure.ts";
import { pluginOf } from "../calls/plugin-of.ts";
import { type Secrets, secretsOf } from "../calls/secrets-of.ts";
import type { DataSource } from "../data-sources/data-source.ts";
import type { GatewayCore } from "../gateway-core.ts";
import type { RouteCall } from "../http/route.ts";
import type { PluginInfo } from "../plugins/plugin-info.ts";
import type { AskedQuery, RawRange } from "./parse-query-body.ts";
import type { ResolvedRange } from "./resolve-range.ts";

/** A query with its range. */
export interface RangedQuery {
  readonly query: AskedQuery;
  readonly raw: RawRange;
  readonly range: ResolvedRange;
}

/** The queries of a request for one data source. */
export interface SourceQueries {
  readonly source: DataSource;
  readonly queries: readonly RangedQuery[];
}

/**
 * Asks the plugin of a data source. The answers are one for major 2, and one for each range for major 1, whose requests
 * have one range.
 *
 * @throws HttpFailure 404 without a plugin, ConnectError for a failed call, PluginError for a plugin that cannot start
 */
export async function askSource(
  core: GatewayCore,
  call: RouteCall,
  asked: SourceQueries,
): Promise<readonly QueryResponse[]> {
  const slot = pluginOf(core, asked.source);
  const { app } = slot.info;
  const answers = await observed(
    core,
    { slot, source: asked.source },
    "queryData",
    async (): Promise<readonly QueryResponse[]> => {
      const client = slot.clientNow() ?? (await slot.client());
      const options = { signal: call.signal, headers: traceHeaders(call.trace) };
      switch (client.protocolVersion) {
        case 2:
          return [await client.data.queryData(v2Request(core, call, slot.info, asked), options)];
        case 1:
          return Promise.all(v1Requests(asked).map((request) => client.datasource.query(request, options)));
        default:
          return client satisfies never;
      }
    },
  );
  for (const answer of answers) cleanErrors(answer, () => secretsOf({ app }, asked.source));
  return answers;
}

/** Errors of single queries are shown to clients, so they lose the secrets that a plugin put there. */
function cleanErrors(answer: QueryResponse, secrets: () => Secrets): void {
  const results =
    answer.$typeName === "models.DatasourceResponse" ? answer.results : Object.values(answer.responses);
  for (const result of results) {
    if (result.error !== "") result.error = withoutSecrets(result.error, secrets());
  }
}

/** The request of major 2, for QueryData and QueryChunkedData. */
export function v2Request(
  core: GatewayCore,
  call: RouteCall,
  info: PluginInfo,
  { source, queries }: SourceQueries,
): Omit<MessageInitShape<typeof QueryDataRequestSchema>, "$typeName" | "$unknown"> {
  return {
    pluginContext: core.contextOf(call, info, source),
    headers: forwardedHeaders(call, source),
    format: DataFrameFormat.ARROW,
    queries: queries.map(({ query, range }) => ({
      refId: query.refId,
      maxDataPoints: BigInt(query.maxDataPoints),
      intervalMS: BigInt(query.intervalMs),
      timeRange: { fromEpochMS: BigInt(Math.trunc(range.fromMs)), toEpochMS: BigInt(Math.trunc(range.toMs)) },
      queryType: query.queryType,
      // Of Node's pool: memory of its own costs more than the bytes.
      json: Buffer.from(query.json),
    })),
  };
}

function v1Requests({
  source,
  queries,
}: SourceQueries): readonly MessageInitShape<typeof DatasourceRequestSchema>[] {
  const settings = source.settings();
  const byRange = new Map<string, RangedQuery[]>();
  for (const each of queries) {
    const key = JSON.stringify(each.raw);
    byRange.set(key, [...(byRange.get(key) ?? []), each]);
  }
  return [...byRange.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    return {
      timeRange: {
        fromRaw: first.raw.from,
        toRaw: first.raw.to,
        fromEpochMs: BigInt(Math.trunc(first.range.fromMs)),
        toEpochMs: BigInt(Math.trunc(first.range.toMs)),
      },
      datasource: {
        id: BigInt(source.id),
        orgId,
        name: source.name,
        type: source.type,
        url: source.url,
        jsonData: JSON.stringify(source.jsonData),
        decryptedSecureJsonData: settings.decryptedSecureJsonData,
      },
      queries: same.map(({ query }) => ({
        refId: query.refId,
        maxDataPoints: BigInt(query.maxDataPoints),
        intervalMs: BigInt(query.intervalMs),
        modelJson: query.json,
      })),
    };
  });
}
