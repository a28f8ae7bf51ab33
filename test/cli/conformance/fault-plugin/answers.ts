import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  createField,
  createFrame,
  encodeFrame,
  type Frame,
  type FrameFormat,
} from "grafana-plugin-protocol/frames";
import { DatasourceRequestSchema, DatasourceResponseSchema } from "grafana-plugin-protocol/v1";
import {
  CallResourceResponseSchema,
  CheckHealthRequestSchema,
  CheckHealthResponseSchema,
  CollectMetricsRequestSchema,
  CollectMetricsResponseSchema,
  DataFrameFormat,
  type DataQuery,
  type DataResponseSchema,
  QueryChunkedDataRequestSchema,
  QueryChunkedDataResponseSchema,
  QueryDataRequestSchema,
  QueryDataResponseSchema,
  SubscribeStreamResponseSchema,
} from "grafana-plugin-protocol/v2";
import { fault } from "./fault.ts";
import type { Reply } from "./reply.ts";

const unimplemented: Reply = { status: 12, text: "unknown service or method" };
const groupWireType = 3;
const services = [
  "grpc.health.v1.Health",
  "pluginv2.Diagnostics",
  "pluginv2.Data",
  "pluginv2.Resource",
  "pluginv2.Stream",
];

/** The answer to a call that is neither a stream nor CheckHealth. */
export async function answer(path: string, message: Buffer, major: number): Promise<Reply> {
  if (path === "/grpc.health.v1.Health/Check") return ping(message);
  if (path === "/conformance.Absent/Message" && fault("errors.message"))
    return { status: 12, text: "caf\u00e9" };
  if (path === "/conformance.Absent/Call" && fault("services.absent-service")) return { status: 13 };
  if (path.endsWith("/Absent") && fault("services.absent-method")) return { status: 2 };
  if (path.includes("AdmissionControl") && fault("services.contract")) return { status: 13 };
  if (major === 1) return path === "/models.DatasourcePlugin/Query" ? queryV1(message) : unimplemented;
  switch (path) {
    case "/pluginv2.Diagnostics/CollectMetrics":
      return metrics(message);
    case "/pluginv2.Data/QueryData":
      return queryData(message);
    case "/pluginv2.Data/QueryChunkedData":
      return queryChunked(message);
    case "/pluginv2.Resource/CallResource":
      return { messages: resource() };
    case "/pluginv2.Stream/SubscribeStream":
      return ok(SubscribeStreamResponseSchema, { status: fault("streams.subscribe") ? 1 : 0 });
    default:
      return unimplemented;
  }
}

/** The answer of CheckHealth. */
export function checkHealth(message: Buffer): Reply {
  try {
    const { $unknown = [] } = fromBinary(CheckHealthRequestSchema, message);
    const hasGroup = $unknown.some(({ wireType }) => wireType === groupWireType);
    if (hasGroup && fault("requests.unknown-fields")) return { status: 3 };
  } catch {
    if (!fault("requests.malformed")) return { status: 13, text: "not a message" };
  }
  return ok(CheckHealthResponseSchema, { status: 1, message: "healthy" });
}

/** ServerReflectionResponse with list_services_response, field 6. */
export function listServices(): Uint8Array {
  const list = services.map((name) => field(1, field(1, Buffer.from(name))));
  return field(6, Buffer.concat(list));
}

function field(number: number, bytes: Uint8Array): Buffer {
  if (bytes.length > 16_383) throw new RangeError("expected less than 16384 bytes");
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
}

function ok<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): Reply {
  return { messages: [toBinary(schema, create(schema, init))] };
}

/** HealthCheckResponse: field 1 is 1 for SERVING. */
function ping(message: Buffer): Reply {
  const isKnown = message.length === 0 || message.subarray(2).toString() === "plugin";
  if (!isKnown && !fault("services.health-unknown")) return { status: 5, text: "unknown service" };
  return { messages: [Buffer.from([8, fault("services.health") ? 2 : 1])] };
}

function metrics(message: Buffer): Reply {
  const { pluginContext } = fromBinary(CollectMetricsRequestSchema, message);
  if (pluginContext === undefined && fault("requests.metrics-without-context")) return { status: 3 };
  return ok(CollectMetricsResponseSchema, { metrics: { prometheus: Buffer.from("up 1\n") } });
}

async function queryData(message: Buffer): Promise<Reply> {
  const { queries, format } = fromBinary(QueryDataRequestSchema, message);
  const responses: Record<string, MessageInitShape<typeof DataResponseSchema>> = {};
  if (queries.some(isBad) && fault("errors.one-of-several")) return { status: 2, text: "a query failed" };
  const isShort = fault("frames.each-query") && !queries.some(isBad);
  for (const query of isShort ? queries.slice(0, 1) : queries) {
    responses[query.refId] = isBad(query) ? failedResponse() : await goodResponse(query.refId, format);
  }
  return ok(QueryDataResponseSchema, { responses });
}

function isBad({ json }: DataQuery): boolean {
  try {
    JSON.parse(Buffer.from(json).toString());
    return false;
  } catch {
    return true;
  }
}

function failedResponse(): MessageInitShape<typeof DataResponseSchema> {
  return {
    error: "not JSON",
    status: fault("errors.status") ? 207 : 400,
    errorSource: fault("errors.source") ? "database" : "downstream",
  };
}

async function goodResponse(
  refId: string,
  format: DataFrameFormat,
): Promise<MessageInitShape<typeof DataResponseSchema>> {
  const name = format === DataFrameFormat.JSON ? "json" : "arrow";
  const named = fault("frames.json") ? DataFrameFormat.ARROW : format;
  return { frames: [await frameBytes(refId, name)], status: fault("frames.status") ? 0 : 200, format: named };
}

async function frameBytes(refId: string, format: FrameFormat): Promise<Uint8Array> {
  if (format === "arrow" && fault("frames.arrow")) return Buffer.from("not Arrow");
  if (format === "arrow" && fault("frames.types")) return dictionary();
  return encodeFrame(frame(fault("frames.ref-id") ? "Z" : refId, format), { format });
}

function frame(refId: string, format: FrameFormat): Frame {
  const isJson = format === "json";
  const middle = isJson && fault("frames.nulls") ? 0 : null;
  const isWhole = isJson && fault("frames.same-types");
  return createFrame({
    refId,
    fields: [
      createField("time", "time", [1n, 2n, 3n]),
      isWhole
        ? createField("value", "int64", [1n, null, 2n])
        : createField("value", "float64", [1.5, middle, 2.5], { nullable: true }),
    ],
  });
}

/** A column that Arrow's JavaScript library encodes as a dictionary, as it does with every list of texts. */
async function dictionary(): Promise<Uint8Array> {
  const { tableFromArrays, tableToIPC } = await import("apache-arrow");
  return tableToIPC(tableFromArrays({ place: ["a", "b"] }), "file");
}

async function queryChunked(message: Buffer): Promise<Reply> {
  const { queries } = fromBinary(QueryChunkedDataRequestSchema, message);
  const messages: Uint8Array[] = [];
  for (const query of queries) {
    const chunks = isBad(query) ? [await failedChunk(query.refId)] : await goodChunks(query.refId);
    messages.push(
      ...chunks.map((chunk) =>
        toBinary(QueryChunkedDataResponseSchema, create(QueryChunkedDataResponseSchema, chunk)),
      ),
    );
  }
  return { messages };
}

type Chunk = MessageInitShape<typeof QueryChunkedDataResponseSchema>;

async function failedChunk(refId: string): Promise<Chunk> {
  const failed = { refId, error: "not JSON", status: 400, errorSource: "downstream" };
  return fault("chunks.error")
    ? { ...failed, frameId: "0", frame: await encodeFrame(frame(refId, "arrow")) }
    : failed;
}

async function goodChunks(refId: string): Promise<readonly Chunk[]> {
  const other = createFrame({ refId, fields: [createField("other", "bool", [true])] });
  const frames = [frame(refId, "arrow"), fault("chunks.same-fields") ? other : frame(refId, "arrow")];
  const bytes = await Promise.all(frames.map((each) => encodeFrame(each)));
  return bytes.map((each) => ({
    refId: fault("chunks.ref-id") ? "" : refId,
    frameId: fault("chunks.frame-id") ? "" : "0",
    status: fault("chunks.status") ? 0 : 200,
    frame: each,
  }));
}

function resource(): readonly Uint8Array[] {
  if (fault("resources.not-empty")) return [];
  const name = fault("resources.header-names") ? "content-type" : "Content-Type";
  const parts: readonly MessageInitShape<typeof CallResourceResponseSchema>[] = [
    {
      code: fault("resources.code") ? 0 : 404,
      headers: { [name]: { values: ["text/plain"] } },
      body: Buffer.from("not "),
    },
    { code: fault("resources.one-header-block") ? 500 : 0, body: Buffer.from("found") },
  ];
  return parts.map((part) => toBinary(CallResourceResponseSchema, create(CallResourceResponseSchema, part)));
}

function queryV1(message: Buffer): Reply {
  const { queries } = fromBinary(DatasourceRequestSchema, message);
  const value = { kind: 1, doubleValue: 1.5 };
  return ok(DatasourceResponseSchema, {
    results: queries.map(({ refId }) => ({
      refId: fault("v1.ref-id") ? "" : refId,
      tables: [
        {
          columns: [{ name: "a" }, { name: "b" }],
          rows: [{ values: fault("v1.rows") ? [value] : [value, value] }],
        },
      ],
    })),
  });
}
