import {
  create,
  fromJson,
  type JsonObject,
  type MessageInitShape,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import {
  CallResourceRequestSchema,
  CheckHealthRequestSchema,
  CollectMetricsRequestSchema,
  DataFrameFormat,
  type DataQuerySchema,
  PluginContextSchema,
  QueryChunkedDataRequestSchema,
  QueryDataRequestSchema,
  RunStreamRequestSchema,
  SubscribeStreamRequestSchema,
} from "grafana-plugin-protocol/v2";
import type { Options } from "./options.ts";

/** The path of a resource and a stream that no plugin has. */
export const absentPath = "conformance/absent";

/** The encoded requests of protocol 2 that the checks send. */
export interface Requests {
  readonly health: Uint8Array;
  readonly metrics: Uint8Array;
  readonly resource: Uint8Array;
  readonly subscribe: (path: string) => Uint8Array;
  readonly runStream: (path: string) => Uint8Array;
  readonly queryData: (queries: readonly Asked[], format?: DataFrameFormat) => Uint8Array;
  readonly queryChunked: (queries: readonly Asked[], format?: DataFrameFormat) => Uint8Array;
}

/** One query: its refId and its `json`. */
export interface Asked {
  readonly refId: string;
  readonly json: string;
}

const encoder = new TextEncoder();

/** Every request has all that a Go plugin reads without looking whether it is there. */
export function createRequests(options: Options): Requests {
  const pluginContext = contextOf(options);
  const pathOf = (path: string) => ({ pluginContext, path });
  const queriesOf = (queries: readonly Asked[]) => queries.map((query) => toQuery(query));
  return {
    health: toBinary(CheckHealthRequestSchema, create(CheckHealthRequestSchema, { pluginContext })),
    metrics: toBinary(CollectMetricsRequestSchema, create(CollectMetricsRequestSchema, {})),
    resource: toBinary(
      CallResourceRequestSchema,
      create(CallResourceRequestSchema, {
        pluginContext,
        path: (options.resource ?? absentPath).replace(/\?.*/, ""),
        url: options.resource ?? absentPath,
        method: "GET",
        headers: { Accept: { values: ["*/*"] } },
      }),
    ),
    subscribe: (path) =>
      toBinary(SubscribeStreamRequestSchema, create(SubscribeStreamRequestSchema, pathOf(path))),
    runStream: (path) => toBinary(RunStreamRequestSchema, create(RunStreamRequestSchema, pathOf(path))),
    queryData: (queries, format = DataFrameFormat.ARROW) =>
      toBinary(
        QueryDataRequestSchema,
        create(QueryDataRequestSchema, { pluginContext, queries: queriesOf(queries), format }),
      ),
    queryChunked: (queries, format = DataFrameFormat.ARROW) =>
      toBinary(
        QueryChunkedDataRequestSchema,
        create(QueryChunkedDataRequestSchema, { pluginContext, queries: queriesOf(queries), format }),
      ),
  };
}

/** As Grafana fills a query from its JSON. */
function toQuery({ refId, json }: Asked): MessageInitShape<typeof DataQuerySchema> {
  const { queryType = "", maxDataPoints = 100, intervalMs = 1000, timeRange } = parsed(json);
  return {
    refId,
    json: encoder.encode(json),
    queryType: String(queryType),
    maxDataPoints: BigInt(Number(maxDataPoints)),
    intervalMS: BigInt(Number(intervalMs)),
    timeRange: {
      fromEpochMS: BigInt(Number(timeRange?.from ?? 0)),
      toEpochMS: BigInt(Number(timeRange?.to ?? Date.now())),
    },
  };
}

function parsed(json: string): {
  readonly queryType?: unknown;
  readonly maxDataPoints?: unknown;
  readonly intervalMs?: unknown;
  readonly timeRange?: { readonly from?: unknown; readonly to?: unknown };
} {
  try {
    return Object(JSON.parse(json));
  } catch {
    return {};
  }
}

/** A context with a user and a data source, under what `--settings` says. */
function contextOf({ settings }: Options): MessageInitShape<typeof PluginContextSchema> {
  const jsonData = encoder.encode("{}");
  const usual = create(PluginContextSchema, {
    orgId: 1n,
    pluginId: "conformance-datasource",
    user: { login: "admin", name: "admin", email: "admin@localhost", role: "Admin" },
    dataSourceInstanceSettings: {
      id: 1n,
      uid: "conformance",
      name: "conformance",
      url: "http://localhost",
      jsonData,
      lastUpdatedMS: 1n,
    },
    pluginVersion: "1.0.0",
  });
  const json = { ...(toJson(PluginContextSchema, usual) as JsonObject), ...settings } as JsonObject;
  return fromJson(PluginContextSchema, json);
}
