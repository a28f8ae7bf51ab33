import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { DatasourceRequestSchema, DatasourceResponseSchema } from "grafana-plugin-protocol/v1";
import {
  CallResourceRequestSchema,
  CallResourceResponseSchema,
  CheckHealthRequestSchema,
  CheckHealthResponseSchema,
  CollectMetricsResponseSchema,
  QueryChunkedDataRequestSchema,
  QueryDataRequestSchema,
  QueryDataResponseSchema,
  RunStreamRequestSchema,
  StreamPacketSchema,
  SubscribeStreamRequestSchema,
  SubscribeStreamResponseSchema,
} from "grafana-plugin-protocol/v2";

const encoder = new TextEncoder();

/** The requests of protocol 2 that have a PluginContext, by path. */
const requests = {
  "/pluginv2.Diagnostics/CheckHealth": CheckHealthRequestSchema,
  "/pluginv2.Data/QueryData": QueryDataRequestSchema,
  "/pluginv2.Data/QueryChunkedData": QueryChunkedDataRequestSchema,
  "/pluginv2.Resource/CallResource": CallResourceRequestSchema,
  "/pluginv2.Stream/SubscribeStream": SubscribeStreamRequestSchema,
  "/pluginv2.Stream/RunStream": RunStreamRequestSchema,
} as const;

/** The sub-messages without which a Go plugin answers with a panic, and that this request lacks. */
export function missingIn(path: string, message: Uint8Array): readonly string[] {
  const schema = requests[path as keyof typeof requests];
  if (schema === undefined) return [];
  const request = fromBinary(schema, message);
  const missing = request.pluginContext === undefined ? ["pluginContext"] : [];
  if (!("queries" in request)) return missing;
  const bare = request.queries.filter(({ timeRange }) => timeRange === undefined);
  return [...missing, ...bare.map(({ refId }) => `timeRange of query ${refId}`)];
}

/** Short answers that every host takes; `undefined` for a method that the plugin does not have. */
export function answersTo(path: string, message: Uint8Array): readonly Uint8Array[] | undefined {
  switch (path) {
    case "/grpc.health.v1.Health/Check":
      return [Buffer.from([8, 1])];
    case "/pluginv2.Diagnostics/CheckHealth":
      return [bytes(CheckHealthResponseSchema, { status: 1, message: "watching" })];
    case "/pluginv2.Diagnostics/CollectMetrics":
      return [
        bytes(CollectMetricsResponseSchema, { metrics: { prometheus: encoder.encode("watching 1\n") } }),
      ];
    case "/pluginv2.Data/QueryData": {
      const { queries } = fromBinary(QueryDataRequestSchema, message);
      const responses = Object.fromEntries(queries.map(({ refId }) => [refId, { status: 200 }]));
      return [bytes(QueryDataResponseSchema, { responses })];
    }
    case "/pluginv2.Resource/CallResource":
      return [
        bytes(CallResourceResponseSchema, {
          code: 200,
          headers: { "Content-Type": { values: ["text/plain"] } },
          body: encoder.encode("watching"),
        }),
      ];
    case "/pluginv2.Stream/SubscribeStream":
      return [bytes(SubscribeStreamResponseSchema, { status: 0 })];
    case "/pluginv2.Stream/RunStream":
      return [bytes(StreamPacketSchema, { data: encoder.encode("{}") })];
    case "/models.DatasourcePlugin/Query": {
      const { queries } = fromBinary(DatasourceRequestSchema, message);
      return [bytes(DatasourceResponseSchema, { results: queries.map(({ refId }) => ({ refId })) })];
    }
    default:
      return undefined;
  }
}

function bytes<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): Uint8Array {
  return toBinary(schema, create(schema, init));
}
