import type { HandlerContext } from "@connectrpc/connect";
import type { PluginImpl } from "grafana-plugin-protocol";
import {
  answerResource,
  DataFrameFormat,
  type DataQuery,
  CheckHealthResponse_HealthStatus as Health,
  AdmissionRequest_Operation as Operation,
  PublishStreamResponse_Status as PublishStatus,
  type QueryChunkedDataRequest,
  type QueryDataRequest,
  QueryError,
  SubscribeStreamResponse_Status as SubscribeStatus,
  type v2,
} from "grafana-plugin-protocol/v2";
import { canonicalJson } from "./canonical-json.ts";
import { encodeArrow, encodeJson, type FixtureFrame } from "./fixture-frames.ts";

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What README.md says of v2. */
export function createFixtureV2(): Required<PluginImpl<typeof v2>> {
  const counters = { cancelled: 0, running: 0, slept: 0 };
  const untilCancelled = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      signal.addEventListener("abort", () => {
        counters.cancelled++;
        resolve();
      });
    });

  return {
    data: {
      async queryData(request, context) {
        const instructions = request.queries.map(instructionOf);
        if (instructions.some(({ do: what }) => what === "reject"))
          throw new QueryError("rejected", { errorSource: "downstream" });
        const complaint = instructions.find(({ do: what }) => what === "complain");
        if (complaint !== undefined) throw new Error(String(complaint.text));
        if (instructions.some(({ do: what }) => what === "crash")) throw new TypeError("fixture crashed");
        if (instructions.some(({ do: what }) => what === "sleep")) {
          counters.slept++;
          await untilCancelled(context.signal);
          throw context.signal.reason;
        }
        return {
          responses: Object.fromEntries(
            request.queries.map((query) => [query.refId, answer(query, request)]),
          ),
        };
      },
      async *queryChunkedData(request) {
        for (const query of request.queries) yield* answerInChunks(query, request);
      },
    },
    resource: {
      async *callResource(request, context) {
        switch (request.path) {
          case "chunks": {
            const headers = {
              "Content-Type": { values: ["text/plain"] },
              "X-Fixture": { values: ["a", "b"] },
            };
            yield { code: 200, headers, body: utf8("one") };
            yield { body: utf8("two") };
            yield { body: utf8("three") };
            return;
          }
          case "echo": {
            const { body, method, path, url } = request;
            const seen = { body, method, path, url, xFixture: request.headers["X-Fixture"]?.values ?? [] };
            const headers = { "Content-Type": "application/json" };
            yield* answerResource({ code: 201, headers, body: canonicalJson(seen) });
            return;
          }
          case "metadata":
            // Without a code, which the plugin adds.
            yield { body: utf8(echoMetadata(context)) };
            return;
          case "bytes": {
            const size = Number(new URLSearchParams(request.url.split("?")[1]).get("n"));
            yield { code: 200, body: new Uint8Array(size).fill("x".charCodeAt(0)) };
            return;
          }
          case "state":
            yield { code: 200, body: utf8(canonicalJson(counters)) };
            return;
          case "slow":
            yield { code: 200, body: utf8("one") };
            await untilCancelled(context.signal);
            return;
          default:
            yield { code: 404, body: utf8("not found") };
        }
      },
    },
    diagnostics: {
      checkHealth({ headers }) {
        return headers["http_X-Health"] === "error"
          ? { status: Health.ERROR, message: "fixture ill" }
          : { status: Health.OK, message: "fixture healthy", jsonDetails: utf8('{"major":2}') };
      },
      collectMetrics: () => ({
        metrics: {
          prometheus: utf8(
            "# HELP fixture_calls_total Calls.\n# TYPE fixture_calls_total counter\nfixture_calls_total 1\n",
          ),
        },
      }),
    },
    stream: {
      subscribeStream({ path }) {
        if (path.startsWith("ok")) return { status: SubscribeStatus.OK, data: utf8(canonicalJson({ path })) };
        return { status: path === "missing" ? SubscribeStatus.NOT_FOUND : SubscribeStatus.PERMISSION_DENIED };
      },
      publishStream({ path, data }) {
        if (path === "ok") return { status: PublishStatus.OK, data };
        return { status: path === "missing" ? PublishStatus.NOT_FOUND : PublishStatus.PERMISSION_DENIED };
      },
      async *runStream({ path }, { signal }) {
        counters.running++;
        try {
          yield* packets(path, signal);
        } finally {
          counters.running--;
          if (signal.aborted && path === "forever") counters.cancelled++;
        }
      },
    },
    admission: {
      validateAdmission({ objectBytes }) {
        if (text(objectBytes) !== "deny") return { allowed: true };
        const result = { status: "Failure", message: "denied", reason: "Fixture", code: 403 };
        return { allowed: false, result, warnings: ["w1"] };
      },
      mutateAdmission({ objectBytes, operation, kind }) {
        const warning = `${Operation[operation]} ${kind?.group}/${kind?.version}/${kind?.kind}`;
        return { allowed: true, objectBytes: utf8(text(objectBytes).toUpperCase()), warnings: [warning] };
      },
    },
    conversion: {
      convertObjects({ uid, objects, targetVersion }) {
        const prefix = `${targetVersion?.group}/${targetVersion?.version}:`;
        return {
          uid,
          objects: objects.map(({ raw, contentType }) => ({
            contentType,
            raw: Buffer.concat([utf8(prefix), raw]),
          })),
        };
      },
    },
  };
}

interface Instruction {
  readonly do: "bytes" | "complain" | "crash" | "echo" | "fail" | "reject" | "series" | "sleep";
  readonly rows?: number;
  readonly bytes?: number;
  readonly text?: string;
}

function instructionOf(query: DataQuery): Instruction {
  return JSON.parse(text(query.json)) as Instruction;
}

function answer(query: DataQuery, request: QueryDataRequest) {
  const instruction = instructionOf(query);
  if (instruction.do === "fail")
    return { status: 400, error: "boom", errorSource: "downstream", format: request.format };
  return {
    status: 200,
    format: request.format,
    frames: [encode(frameFor(instruction, query, request), query, request)],
  };
}

function encode(
  frame: FixtureFrame,
  query: DataQuery,
  { format }: QueryDataRequest | QueryChunkedDataRequest,
) {
  return format === DataFrameFormat.JSON ? encodeJson(frame, query.refId) : encodeArrow(frame, query.refId);
}

function frameFor(instruction: Instruction, query: DataQuery, request: QueryDataRequest): FixtureFrame {
  switch (instruction.do) {
    case "series":
      return series(query, instruction.rows ?? 0);
    case "bytes":
      return {
        name: "bytes",
        columns: [{ name: "value", kind: "string", values: ["x".repeat(instruction.bytes ?? 0)] }],
      };
    default:
      return { name: "echo", columns: [{ name: "value", kind: "string", values: [echo(query, request)] }] };
  }
}

function series(query: DataQuery, rows: number, from = 0): FixtureFrame {
  const indices = Array.from({ length: rows }, (_, i) => from + i);
  const time = (i: number): bigint =>
    ((query.timeRange?.fromEpochMS ?? 0n) + BigInt(i) * query.intervalMS) * 1_000_000n;
  return {
    name: "series",
    columns: [
      { name: "time", kind: "time", values: indices.map(time) },
      { name: "value", kind: "number", values: indices.map((i) => i * 0.5) },
      { name: "place", kind: "string", values: indices.map((i) => `p${i % 2}`) },
    ],
  };
}

function echo(query: DataQuery, { pluginContext, headers, format }: QueryDataRequest): string {
  const settings = pluginContext?.dataSourceInstanceSettings;
  return canonicalJson({
    format: DataFrameFormat[format],
    from: query.timeRange?.fromEpochMS,
    headers,
    intervalMs: query.intervalMS,
    login: pluginContext?.user?.login,
    maxDataPoints: query.maxDataPoints,
    orgId: pluginContext?.orgId,
    queryType: query.queryType,
    refId: query.refId,
    secret: settings?.decryptedSecureJsonData["token"],
    to: query.timeRange?.toEpochMS,
    uid: settings?.uid,
  });
}

function* answerInChunks(query: DataQuery, request: QueryChunkedDataRequest) {
  const instruction = instructionOf(query);
  const { refId } = query;
  if (instruction.do === "fail") {
    yield { refId, status: 400, error: "boom" };
    return;
  }
  const rows = instruction.rows ?? 0;
  for (let from = 0; from < rows; from += 2) {
    const bytes = encode(series(query, Math.min(2, rows - from), from), query, request);
    // In JSON only the first chunk of a frame has the schema.
    const frame = request.format === DataFrameFormat.JSON && from > 0 ? withoutSchema(bytes) : bytes;
    yield { refId, frameId: "f1", frame, status: 200, format: request.format };
  }
}

function withoutSchema(bytes: Uint8Array): Uint8Array {
  const { data } = JSON.parse(text(bytes)) as { data: unknown };
  return utf8(JSON.stringify({ data }));
}

async function* packets(path: string, signal: AbortSignal) {
  const packet = (n: number) => ({ data: utf8(JSON.stringify({ n })) });
  const count = Number(/^count\/(\d+)$/.exec(path)?.[1] ?? 0);
  for (let n = 0; n < count; n++) yield packet(n);
  if (path === "fail") {
    yield packet(0);
    throw new Error("stream broke");
  }
  for (let n = 0; path === "forever" && !signal.aborted; n++) {
    yield packet(n);
    // The pace of README.md; no test counts on it.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function echoMetadata({ requestHeader, responseHeader, responseTrailer }: HandlerContext): string {
  const list = (name: string): string[] =>
    (requestHeader.get(name) ?? "")
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean);
  responseHeader.set("x-fixture-reply-bin", Buffer.from([0x00, 0xff, 0x10]).toString("base64"));
  responseHeader.set("x-fixture-spaces", " outer ");
  responseTrailer.set("x-fixture-spaces", " outer ");
  responseTrailer.set("x-fixture-trailer-bin", Buffer.from([0x01, 0x02]).toString("base64"));
  const padded = list("x-fixture-bin").map((item) => Buffer.from(item, "base64").toString("base64"));
  return canonicalJson({ "x-fixture": list("x-fixture"), "x-fixture-bin": padded });
}
