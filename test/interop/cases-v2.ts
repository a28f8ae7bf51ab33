import assert from "node:assert/strict";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, decodeBinaryHeader, encodeBinaryHeader } from "@connectrpc/connect";
import type { PluginClient } from "grafana-plugin-protocol";
import { connectNodeTransport } from "grafana-plugin-protocol/transport";
import {
  DataFrameFormat,
  type DataQuerySchema,
  type DataResponse,
  errorSourceOf,
  CheckHealthResponse_HealthStatus as Health,
  AdmissionRequest_Operation as Operation,
  PublishStreamResponse_Status as PublishStatus,
  SubscribeStreamResponse_Status as SubscribeStatus,
  type v2,
} from "grafana-plugin-protocol/v2";
import { testedTransport } from "../helpers/tested-transport.ts";
import { until } from "../helpers/until.ts";
import { bytesOf, type Case, collect, textOf } from "./case.ts";
import { decodeArrow, decodeJson, type FixtureFrame } from "./fixture-frames.ts";

type Client = PluginClient<typeof v2>;

const from = 1_700_000_000_000n;
const headers = { "http_X-Fixture": "yes", FromAlert: "true" };
const largeBytes = 15 << 20;

export const pluginContext = {
  orgId: 7n,
  pluginId: "fixture",
  user: { login: "ada" },
  dataSourceInstanceSettings: {
    id: 42n,
    uid: "ds-1",
    name: "Fixture",
    jsonData: bytesOf('{"a":1}'),
    decryptedSecureJsonData: { token: "s3cret" },
    lastUpdatedMS: from,
  },
};

function query(
  instruction: Readonly<Record<string, unknown>>,
  refId = "A",
): MessageInitShape<typeof DataQuerySchema> {
  return {
    refId,
    maxDataPoints: 100n,
    intervalMS: 60_000n,
    timeRange: { fromEpochMS: from, toEpochMS: from + 3_600_000n },
    json: bytesOf(JSON.stringify(instruction)),
    queryType: "fixture",
  };
}

function request(instruction: Readonly<Record<string, unknown>>, format = DataFrameFormat.ARROW) {
  return { pluginContext, headers, queries: [query(instruction)], format };
}

/** A host decodes by what the plugin sent, not by what it asked for. */
function decode(bytes: Uint8Array, format: DataFrameFormat): FixtureFrame {
  return format === DataFrameFormat.JSON ? decodeJson(bytes) : decodeArrow(bytes);
}

function onlyFrame(response: DataResponse | undefined): FixtureFrame {
  assert.ok(response);
  assert.equal(response.status, 200);
  assert.equal(response.error, "");
  const [bytes] = response.frames;
  assert.ok(bytes);
  return decode(bytes, response.format);
}

function seriesFrame(rows: number): FixtureFrame {
  const indices = Array.from({ length: rows }, (_, i) => i);
  return {
    name: "series",
    columns: [
      { name: "time", kind: "time", values: indices.map((i) => (from + BigInt(i) * 60_000n) * 1_000_000n) },
      { name: "value", kind: "number", values: indices.map((i) => i * 0.5) },
      { name: "place", kind: "string", values: indices.map((i) => `p${i % 2}`) },
    ],
  };
}

/** The counters of README.md. */
interface State {
  readonly cancelled: number;
  readonly running: number;
  readonly slept: number;
}

async function stateOf(client: Client): Promise<State> {
  const [answer] = await collect(client.resource.callResource({ pluginContext, path: "state" }));
  return JSON.parse(textOf(answer?.body)) as State;
}

/** Runs what shall end a call, and waits until the plugin has noticed. */
async function expectCancelled(client: Client, act: () => Promise<void>): Promise<void> {
  const before = await stateOf(client);
  await act();
  await until(
    "the plugin sees the end of the call",
    async () => (await stateOf(client)).cancelled > before.cancelled,
  );
}

async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  const reason = await call.then(
    () => assert.fail("expected the call to fail"),
    (error: unknown) => error,
  );
  assert.ok(reason instanceof ConnectError);
  return reason;
}

/** connect-node reads a status by a `Headers`, which drops the spaces that Go sends as they are. */
function asRead(text: string): string {
  return testedTransport === connectNodeTransport ? text.replace(/^[ \t]+|[ \t]+$/g, "") : text;
}

const queryDataCases: readonly Case<Client>[] = [
  {
    name: "QueryData: the text of a plain error comes whole, with spaces at its ends",
    run: async (client) => {
      const texts = ["cannot connect: ", "  both  ", " ", "tab\t", "lines\r\n", "100 % caf\u00e9 "];
      for (const text of [...texts, ...texts]) {
        const { code, rawMessage } = await failureOf(
          client.data.queryData(request({ do: "complain", text })),
        );
        assert.deepEqual([code, asRead(rawMessage)], [Code.Unknown, asRead(text)]);
      }
    },
  },
  ...[DataFrameFormat.ARROW, DataFrameFormat.JSON].map((format) => ({
    name: `QueryData: every field of the request arrives, frames as ${DataFrameFormat[format]}`,
    run: async (client: Client) => {
      const { responses } = await client.data.queryData(request({ do: "echo" }, format));
      const frame = onlyFrame(responses["A"]);
      assert.equal(frame.name, "echo");
      assert.deepEqual(JSON.parse(String(frame.columns[0]?.values[0])), {
        format: DataFrameFormat[format],
        from: "1700000000000",
        headers,
        intervalMs: "60000",
        login: "ada",
        maxDataPoints: "100",
        orgId: "7",
        queryType: "fixture",
        refId: "A",
        secret: "s3cret",
        to: "1700003600000",
        uid: "ds-1",
      });
    },
  })),
  ...[DataFrameFormat.ARROW, DataFrameFormat.JSON].map((format) => ({
    name: `QueryData: times, numbers and strings are exact, frames as ${DataFrameFormat[format]}`,
    run: async (client: Client) => {
      const { responses } = await client.data.queryData(request({ do: "series", rows: 5 }, format));
      assert.deepEqual(onlyFrame(responses["A"]), seriesFrame(5));
    },
  })),
  {
    name: "QueryData: a failing query leaves its neighbour alone",
    run: async (client) => {
      const queries = [query({ do: "fail" }, "A"), query({ do: "series", rows: 1 }, "B")];
      const { responses } = await client.data.queryData({ pluginContext, queries });
      assert.equal(responses["A"]?.error, "boom");
      assert.equal(responses["A"]?.status, 400);
      assert.equal(responses["A"]?.errorSource, "downstream");
      assert.deepEqual(onlyFrame(responses["B"]), seriesFrame(1));
    },
  },
  {
    name: "status details: a failing call carries google.rpc.ErrorInfo",
    run: async (client) => {
      const error = await failureOf(client.data.queryData(request({ do: "reject" })));
      assert.equal(error.code, Code.Unknown);
      assert.match(error.rawMessage, /rejected/);
      const details = error.details.filter((detail) => "type" in detail);
      assert.deepEqual(
        details.map(({ type }) => type),
        ["google.rpc.ErrorInfo"],
      );
      assert.equal(errorSourceOf(error), "downstream");
    },
  },
  {
    name: "QueryData: a handler that panics fails its call, and the plugin goes on",
    run: async (client) => {
      const error = await failureOf(client.data.queryData(request({ do: "crash" })));
      assert.equal(error.code, Code.Unknown);
      await client.diagnostics.checkHealth({ pluginContext });
    },
  },
  {
    name: "cancel: an aborted signal ends the call on both sides",
    run: (client) =>
      expectCancelled(client, async () => {
        const controller = new AbortController();
        const { slept } = await stateOf(client);
        const failure = failureOf(
          client.data.queryData(request({ do: "sleep" }), { signal: controller.signal }),
        );
        await until("the handler has begun", async () => (await stateOf(client)).slept > slept);
        controller.abort();
        assert.equal((await failure).code, Code.Canceled);
      }),
  },
  {
    name: "deadline: a call over its time ends on both sides",
    run: (client) =>
      expectCancelled(client, async () => {
        const { slept } = await stateOf(client);
        // A deadline that passed before the handler had begun is tried again with more time.
        for (let timeoutMs = 150; (await stateOf(client)).slept === slept; timeoutMs *= 2) {
          const error = await failureOf(client.data.queryData(request({ do: "sleep" }), { timeoutMs }));
          // When a Go plugin's own clock ends the call first, the SDK answers so with code Unknown.
          const isFromSdk =
            error.code === Code.Unknown && error.rawMessage.endsWith("context deadline exceeded");
          if (!isFromSdk) assert.equal(error.code, Code.DeadlineExceeded);
        }
      }),
  },
  {
    name: "15 MiB request",
    run: async (client) => {
      const padded = request({ do: "series", rows: 1, pad: "x".repeat(largeBytes) });
      const { responses } = await client.data.queryData(padded);
      assert.deepEqual(onlyFrame(responses["A"]), seriesFrame(1));
    },
  },
  {
    name: "15 MiB response",
    run: async (client) => {
      const { responses } = await client.data.queryData(request({ do: "bytes", bytes: largeBytes }));
      assert.equal(String(onlyFrame(responses["A"]).columns[0]?.values[0]).length, largeBytes);
    },
  },
  {
    name: "17 MiB request: refused with RESOURCE_EXHAUSTED, and the connection stays usable",
    run: async (client) => {
      const padded = request({ do: "series", pad: "x".repeat(17 << 20) });
      assert.equal((await failureOf(client.data.queryData(padded))).code, Code.ResourceExhausted);
      await client.diagnostics.checkHealth({ pluginContext });
    },
  },
];

const chunkedCases: readonly Case<Client>[] = [
  {
    name: "QueryChunkedData: chunks of one frame in order",
    run: async (client) => {
      const chunks = await collect(client.data.queryChunkedData(request({ do: "series", rows: 5 })));
      assert.deepEqual(
        chunks.map(({ refId, frameId, status }) => ({ refId, frameId, status })),
        Array.from({ length: 3 }, () => ({ refId: "A", frameId: "f1", status: 200 })),
      );
      const frames = chunks.map(({ frame, format }) => decode(frame, format));
      const rows = frames.flatMap((frame) => [...(frame.columns[1]?.values ?? [])]);
      assert.deepEqual(rows, [0, 0.5, 1, 1.5, 2]);
    },
  },
  {
    name: "QueryChunkedData: a failing query is a chunk without a frame",
    run: async (client) => {
      const [chunk] = await collect(client.data.queryChunkedData(request({ do: "fail" })));
      assert.equal(chunk?.error, "boom");
      assert.equal(chunk?.status, 400);
      assert.equal(chunk?.frame.length, 0);
    },
  },
];

const resourceCases: readonly Case<Client>[] = [
  {
    name: "CallResource: several chunks",
    run: async (client) => {
      const answers = await collect(client.resource.callResource({ pluginContext, path: "chunks" }));
      assert.deepEqual(
        answers.map(({ body }) => textOf(body)),
        ["one", "two", "three"],
      );
      assert.equal(answers[0]?.code, 200);
      assert.deepEqual(answers[0]?.headers["X-Fixture"]?.values, ["a", "b"]);
      assert.deepEqual(answers[0]?.headers["Content-Type"]?.values, ["text/plain"]);
    },
  },
  {
    name: "CallResource: every field of the request arrives",
    run: async (client) => {
      const [answer] = await collect(
        client.resource.callResource({
          pluginContext,
          path: "echo",
          method: "POST",
          url: "echo?x=1&y=a%20b",
          headers: { "X-Fixture": { values: ["a", "b"] } },
          body: new Uint8Array([0, 255]),
        }),
      );
      assert.equal(answer?.code, 201);
      assert.deepEqual(JSON.parse(textOf(answer?.body)), {
        body: "AP8=",
        method: "POST",
        path: "echo",
        url: "echo?x=1&y=a%20b",
        xFixture: ["a", "b"],
      });
    },
  },
  {
    name: "CallResource: an unknown path is the plugin's 404",
    run: async (client) => {
      const [answer] = await collect(client.resource.callResource({ pluginContext, path: "nowhere" }));
      assert.equal(answer?.code, 404);
    },
  },
  {
    name: "CallResource: a 15 MiB body",
    run: async (client) => {
      const answers = await collect(
        client.resource.callResource({ pluginContext, path: "bytes", url: `bytes?n=${largeBytes}` }),
      );
      assert.equal(
        answers.reduce((sum, { body }) => sum + body.length, 0),
        largeBytes,
      );
    },
  },
  {
    name: "CallResource: leaving the loop ends the call in the plugin",
    run: (client) =>
      expectCancelled(client, async () => {
        for await (const { body } of client.resource.callResource({ pluginContext, path: "slow" })) {
          assert.equal(textOf(body), "one");
          break;
        }
      }),
  },
  {
    name: "metadata: text and -bin keys, repeated, with outer spaces, both ways, new and from the tables of HPACK",
    run: async (client) => {
      for (let times = 0; times < 3; times++) await exchangeMetadata(client);
    },
  },
];

async function exchangeMetadata(client: Client): Promise<void> {
  const values = [new Uint8Array([0, 255]), new Uint8Array([1, 2, 3])];
  const metadata = new Headers({ "x-fixture": "plain", "x-fixture-spaces": " outer " });
  for (const value of values) metadata.append("x-fixture-bin", encodeBinaryHeader(value));
  let replyHeader: Headers | undefined;
  let replyTrailer: Headers | undefined;
  const [answer] = await collect(
    client.resource.callResource(
      { pluginContext, path: "metadata" },
      {
        headers: metadata,
        onHeader: (header) => {
          replyHeader = header;
        },
        onTrailer: (trailer) => {
          replyTrailer = trailer;
        },
      },
    ),
  );
  assert.deepEqual(JSON.parse(textOf(answer?.body)), {
    "x-fixture": ["plain"],
    "x-fixture-bin": ["AP8=", "AQID"],
  });
  assert.deepEqual(
    [...decodeBinaryHeader(replyHeader?.get("x-fixture-reply-bin") ?? "")],
    [0x00, 0xff, 0x10],
  );
  assert.deepEqual([...decodeBinaryHeader(replyTrailer?.get("x-fixture-trailer-bin") ?? "")], [0x01, 0x02]);
  assert.deepEqual(
    [replyHeader, replyTrailer].map((headers) => headers?.get("x-fixture-spaces")),
    ["outer", "outer"],
  );
}

const diagnosticsCases: readonly Case<Client>[] = [
  {
    name: "CheckHealth: well",
    run: async (client) => {
      const health = await client.diagnostics.checkHealth({ pluginContext });
      assert.equal(health.status, Health.OK);
      assert.equal(health.message, "fixture healthy");
      assert.deepEqual(JSON.parse(textOf(health.jsonDetails)), { major: 2 });
    },
  },
  {
    name: "CheckHealth: ill",
    run: async (client) => {
      const health = await client.diagnostics.checkHealth({
        pluginContext,
        headers: { "http_X-Health": "error" },
      });
      assert.equal(health.status, Health.ERROR);
      assert.equal(health.message, "fixture ill");
    },
  },
  {
    name: "CollectMetrics: with and without a context",
    run: async (client) => {
      for (const message of [{ pluginContext }, {}]) {
        const { metrics } = await client.diagnostics.collectMetrics(message);
        assert.match(textOf(metrics?.prometheus), /^# TYPE fixture_calls_total counter$/m);
      }
    },
  },
];

const streamCases: readonly Case<Client>[] = [
  {
    name: "SubscribeStream: each status",
    run: async (client) => {
      const ok = await client.stream.subscribeStream({ pluginContext, path: "ok/1" });
      assert.equal(ok.status, SubscribeStatus.OK);
      assert.deepEqual(JSON.parse(textOf(ok.data)), { path: "ok/1" });
      const statusOf = async (path: string) =>
        (await client.stream.subscribeStream({ pluginContext, path })).status;
      assert.equal(await statusOf("missing"), SubscribeStatus.NOT_FOUND);
      assert.equal(await statusOf("secret"), SubscribeStatus.PERMISSION_DENIED);
    },
  },
  {
    name: "PublishStream: each status",
    run: async (client) => {
      const data = bytesOf('{"a":1}');
      const ok = await client.stream.publishStream({ pluginContext, path: "ok", data });
      assert.equal(ok.status, PublishStatus.OK);
      assert.deepEqual(JSON.parse(textOf(ok.data)), { a: 1 });
      const statusOf = async (path: string) =>
        (await client.stream.publishStream({ pluginContext, path, data })).status;
      assert.equal(await statusOf("missing"), PublishStatus.NOT_FOUND);
      assert.equal(await statusOf("secret"), PublishStatus.PERMISSION_DENIED);
    },
  },
  {
    name: "RunStream: packets in order, then the end",
    run: async (client) => {
      const packets = await collect(client.stream.runStream({ pluginContext, path: "count/100" }));
      assert.deepEqual(
        packets.map(({ data }) => JSON.parse(textOf(data)) as unknown),
        Array.from({ length: 100 }, (_, n) => ({ n })),
      );
    },
  },
  {
    name: "RunStream: leaving the loop ends the call in the plugin",
    run: (client) =>
      expectCancelled(client, async () => {
        let seen = 0;
        for await (const _ of client.stream.runStream({ pluginContext, path: "forever" })) {
          if (++seen === 3) break;
        }
      }),
  },
  {
    name: "RunStream: an aborted signal ends the call in the plugin",
    run: (client) =>
      expectCancelled(client, async () => {
        const controller = new AbortController();
        const stream = client.stream.runStream(
          { pluginContext, path: "forever" },
          { signal: controller.signal },
        );
        const failure = failureOf(
          (async () => {
            for await (const _ of stream) controller.abort();
          })(),
        );
        assert.equal((await failure).code, Code.Canceled);
      }),
  },
  {
    name: "RunStream: a failure after a packet",
    run: async (client) => {
      let seen = 0;
      const failure = failureOf(
        (async () => {
          for await (const _ of client.stream.runStream({ pluginContext, path: "fail" })) seen++;
        })(),
      );
      const error = await failure;
      assert.equal(error.code, Code.Unknown);
      assert.match(error.rawMessage, /stream broke/);
      assert.equal(seen, 1);
    },
  },
];

const kind = { group: "g.example", version: "v1", kind: "Thing" };

const admissionCases: readonly Case<Client>[] = [
  {
    name: "ValidateAdmission: allowed and denied",
    run: async (client) => {
      const validate = (object: string) =>
        client.admission.validateAdmission({
          pluginContext,
          operation: Operation.UPDATE,
          kind,
          objectBytes: bytesOf(object),
        });
      assert.equal((await validate("fine")).allowed, true);
      const denied = await validate("deny");
      assert.equal(denied.allowed, false);
      const { status, message, reason, code } = denied.result ?? {};
      assert.deepEqual(
        { status, message, reason, code },
        { status: "Failure", message: "denied", reason: "Fixture", code: 403 },
      );
      assert.deepEqual(denied.warnings, ["w1"]);
    },
  },
  {
    name: "MutateAdmission: the object comes back changed",
    run: async (client) => {
      const answer = await client.admission.mutateAdmission({
        pluginContext,
        operation: Operation.DELETE,
        kind,
        objectBytes: bytesOf("object"),
      });
      assert.equal(answer.allowed, true);
      assert.equal(textOf(answer.objectBytes), "OBJECT");
      assert.deepEqual(answer.warnings, ["DELETE g.example/v1/Thing"]);
    },
  },
  {
    name: "ConvertObjects: uid and every object",
    run: async (client) => {
      const answer = await client.conversion.convertObjects({
        pluginContext,
        uid: "u-1",
        targetVersion: { group: "g.example", version: "v2" },
        objects: ["a", "b"].map((raw) => ({ raw: bytesOf(raw), contentType: "text/plain" })),
      });
      assert.equal(answer.uid, "u-1");
      assert.deepEqual(
        answer.objects.map(({ raw, contentType }) => `${contentType} ${textOf(raw)}`),
        ["text/plain g.example/v2:a", "text/plain g.example/v2:b"],
      );
    },
  },
];

/** Every RPC of major 2. */
export const casesV2: readonly Case<Client>[] = [
  ...queryDataCases,
  ...chunkedCases,
  ...resourceCases,
  ...diagnosticsCases,
  ...streamCases,
  ...admissionCases,
];

/** For a plugin that serves Diagnostics alone: every other RPC is UNIMPLEMENTED. */
export const missingServicesCases: readonly Case<Client>[] = [
  ...diagnosticsCases,
  ...(
    [
      ["QueryData", (client) => client.data.queryData(request({ do: "echo" }))],
      ["QueryChunkedData", (client) => collect(client.data.queryChunkedData(request({ do: "echo" })))],
      ["CallResource", (client) => collect(client.resource.callResource({ pluginContext, path: "state" }))],
      ["SubscribeStream", (client) => client.stream.subscribeStream({ pluginContext, path: "ok" })],
      ["PublishStream", (client) => client.stream.publishStream({ pluginContext, path: "ok" })],
      ["RunStream", (client) => collect(client.stream.runStream({ pluginContext, path: "count/1" }))],
      ["ValidateAdmission", (client) => client.admission.validateAdmission({ pluginContext, kind })],
      ["MutateAdmission", (client) => client.admission.mutateAdmission({ pluginContext, kind })],
      ["ConvertObjects", (client) => client.conversion.convertObjects({ pluginContext, targetVersion: {} })],
    ] satisfies [string, (client: Client) => Promise<unknown>][]
  ).map(([rpc, call]) => ({
    name: `missing services: ${rpc} is UNIMPLEMENTED`,
    run: async (client: Client) => {
      assert.equal((await failureOf(call(client))).code, Code.Unimplemented);
    },
  })),
];
