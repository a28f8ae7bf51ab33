import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "grafana-plugin-protocol";
import { createField, createFrame, type Frame, FrameError } from "grafana-plugin-protocol/frames";
import type { LogRecord } from "grafana-plugin-protocol/plugin";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import {
  answerQueries,
  answerQueriesInChunks,
  answerResource,
  DataFrameFormat,
  type DataQuery,
  DataResponseSchema,
  decodeChunks,
  decodeDataResponse,
  decodeQueryData,
  encodeDataResponse,
  errorSourceOf,
  type FrameRows,
  QueryError,
  v2,
} from "grafana-plugin-protocol/v2";
import { rejectionOf, rejectsWithConnectError } from "../helpers/rejection.ts";
import { until } from "../helpers/until.ts";
import { collect } from "../interop/case.ts";

const formats = [DataFrameFormat.ARROW, DataFrameFormat.JSON];

function numbers(...values: number[]): Frame {
  return createFrame({ name: "numbers", fields: [createField("n", "float64", values)] });
}

function answer(query: DataQuery): Frame | Frame[] {
  switch (query.queryType) {
    case "one":
      return numbers(1, 2);
    case "two":
      return [numbers(1), numbers(2)];
    case "none":
      return [];
    case "downstream":
      throw new QueryError("the database said no", { status: 400, errorSource: "downstream" });
    default:
      throw new TypeError("a defect");
  }
}

const plugin = createInMemoryPlugin(v2, {
  data: { queryData: (request, { signal }) => answerQueries(request, answer, { signal }) },
});

async function query(format: DataFrameFormat, ...types: string[]) {
  const queries = types.map((queryType) => ({ refId: queryType, queryType }));
  const response = await plugin.data.queryData({ queries, format });
  return { response, results: await decodeQueryData(response) };
}

for (const format of formats) {
  const name = DataFrameFormat[format];

  test(`a query that succeeds has status 200, its frames in ${name} and its refId in them`, async () => {
    const { response, results } = await query(format, "one", "two", "none");

    assert.equal(response.responses["one"]?.format, format);
    assert.equal(response.responses["one"]?.status, 200);
    assert.equal(response.responses["one"]?.frames[0]?.[0] === 0x7b, format === DataFrameFormat.JSON);
    assert.deepEqual(results.get("one")?.frames[0]?.fields[0]?.values, [1, 2]);
    assert.equal(results.get("one")?.frames[0]?.refId, "one");
    assert.equal(results.get("one")?.error, undefined);
    assert.equal(results.get("two")?.frames.length, 2);
    assert.deepEqual(results.get("none"), { frames: [], status: 200, error: undefined });
  });

  test(`a query that fails leaves the others alone in ${name}, and says whose fault it is`, async () => {
    const { results } = await query(format, "one", "downstream", "defect");

    assert.equal(results.get("one")?.status, 200);
    const { message, status, errorSource } = results.get("downstream")?.error ?? {};
    assert.deepEqual(
      { message, status, errorSource },
      { message: "the database said no", status: 400, errorSource: "downstream" },
    );
    assert.equal(results.get("defect")?.status, 500);
    assert.equal(results.get("defect")?.error?.errorSource, "plugin");
    assert.equal(results.get("defect")?.error?.message, "a defect");
  });
}

test("an answer that JSON was asked for may come in Arrow: its own format counts", async () => {
  const arrow = await encodeDataResponse("A", [numbers(1, 2)], DataFrameFormat.ARROW);
  const stubborn = createInMemoryPlugin(v2, { data: { queryData: () => ({ responses: { A: arrow } }) } });

  const response = await stubborn.data.queryData({ queries: [{ refId: "A" }], format: DataFrameFormat.JSON });
  const result = (await decodeQueryData(response)).get("A");
  assert.ok(result);
  assert.deepEqual(result.frames[0]?.fields[0]?.values, [1, 2]);
});

test("without a status, as old plugins answer, the error says whether the query succeeded", async () => {
  const read = (response: MessageInitShape<typeof DataResponseSchema>) =>
    decodeDataResponse("A", create(DataResponseSchema, response));

  assert.deepEqual(await read({}), { frames: [], status: 200, error: undefined });
  const { status, error } = await read({ error: "boom" });
  assert.deepEqual([status, error?.status, error?.message], [500, 500, "boom"]);
});

test("a number that is not a status reads as 500", async () => {
  assert.equal((await decodeDataResponse("A", create(DataResponseSchema, { status: 600 }))).status, 500);
});

const wrongAnswers: readonly (readonly [string, unknown, string])[] = [
  ["undefined", undefined, "undefined"],
  ["null", null, "null"],
  ["a number", 5, "a number"],
  ["a text", "x", "a string"],
  ["a function", () => [], "a function"],
  ["a response", { status: 200, frames: [] }, "an object with status, frames"],
  ["an empty object", {}, "an object without fields"],
  // biome-ignore lint/suspicious/noSparseArray: the hole is what is tried
  ["a list with a hole", [, numbers(1)], "undefined as item 0 of the list"],
  ["a list of lists", [numbers(1), [numbers(2)]], "a list as item 1 of the list"],
];

for (const [what, answered, got] of wrongAnswers) {
  test(`an answer that is ${what} fails its query, and says so`, async () => {
    const log: LogRecord[] = [];
    const wrong = createInMemoryPlugin(
      v2,
      { data: { queryData: (request) => answerQueries(request, () => answered as Frame) } },
      { onLog: (record) => log.push(record) },
    );

    const results = await decodeQueryData(await wrong.data.queryData({ queries: [{ refId: "A" }] }));

    const message = `query A: expected a frame or a list of frames, got ${got}`;
    assert.equal(results.get("A")?.error?.message, message);
    assert.equal(log.length, 1);
    assert.equal(log[0]?.fields["refId"], "A");
    assert.ok(String(log[0]?.fields["error"]).startsWith(`TypeError: ${message}\n`));
  });
}

test("promises in a list fail their query, and end nothing when they reject later", async () => {
  const log: LogRecord[] = [];
  const wrong = createInMemoryPlugin(
    v2,
    {
      data: {
        queryData: (request) =>
          answerQueries(
            request,
            () => [Promise.reject(new Error("one")), Promise.reject(new Error("two"))] as never,
          ),
        queryChunkedData: (request) =>
          answerQueriesInChunks(
            request,
            () => [Promise.reject(new Error("one")), Promise.reject(new Error("two"))] as never,
          ),
      },
    },
    { onLog: (record) => log.push(record) },
  );

  const results = await decodeQueryData(await wrong.data.queryData({ queries: [{ refId: "A" }] }));
  const chunks = await collect(decodeChunks(wrong.data.queryChunkedData({ queries: [{ refId: "A" }] })));

  assert.match(results.get("A")?.error?.message ?? "", /got a promise: await it as item 0/);
  assert.deepEqual(
    chunks.map(({ error }) => error?.message),
    ["one"],
  );
});

for (const [what, rows, reason] of [
  ["undefined", () => undefined, /^query A: expected an iterable of frames, got undefined$/],
  [
    "a frame",
    () => numbers(1),
    /^query A: expected an iterable of frames, got a frame: return a list of it$/,
  ],
  ["a text", () => "abc", /^query A: expected an iterable of frames, got a string$/],
  ["a list of null", () => [null], /^query A: expected a frame or \{ frameId, frame \}, got null$/],
  ["rows without a frame", () => [{ frameId: "f" }], /^query A: .* got an object with frameId$/],
  ["a promise that rejects", () => Promise.reject(new Error("late")), /^late$/],
] as const) {
  test(`rows that are ${what} fail their query, and the next one begins`, async () => {
    const chunks = await collectChunks(
      DataFrameFormat.ARROW,
      ({ refId }) => (refId === "A" ? rows() : [numbers(1)]) as Iterable<Frame>,
      undefined,
      () => {},
    );

    assert.deepEqual(
      chunks.map(({ refId, status }) => [refId, status]),
      [
        ["A", 500],
        ["B", 200],
      ],
    );
    assert.match(chunks[0]?.error?.message ?? "", reason);
  });
}

test("two queries of one refId fail the call before any is answered", async () => {
  const queries = [{ refId: "A" }, { refId: "B" }, { refId: "A" }];
  const never = createInMemoryPlugin(v2, {
    data: {
      queryData: (request) => answerQueries(request, () => assert.fail("expected no query to be answered")),
      queryChunkedData: (request) =>
        answerQueriesInChunks(request, () => assert.fail("expected no query to be answered")),
    },
  });

  for (const call of [
    () => never.data.queryData({ queries }),
    () => collect(never.data.queryChunkedData({ queries })),
  ]) {
    const failure = await rejectsWithConnectError(call(), Code.Unknown);
    assert.equal(
      failure.rawMessage,
      'two queries have the refId "A", expected a refId of its own for each query',
    );
    assert.equal(errorSourceOf(failure), "downstream");
  }
});

test("the source of an error travels with a call that fails as a whole, also as the cause of another error", async () => {
  const cause = new QueryError("the database is down", { errorSource: "downstream" });
  const failing = createInMemoryPlugin(
    v2,
    {
      diagnostics: {
        checkHealth({ headers: { how } }) {
          if (how === "plain") throw new Error("no source");
          if (how === "wrapped") throw new Error("loading failed", { cause });
          if (how === "connect")
            throw new ConnectError("not now", Code.Unavailable, undefined, undefined, cause);
          throw new QueryError("our fault");
        },
      },
    },
    { onLog: () => {} },
  );
  const failureOf = async (how: string) => {
    const failure = await rejectionOf(failing.diagnostics.checkHealth({ headers: { how } }));
    assert.ok(failure instanceof ConnectError);
    return [failure.code, failure.rawMessage, errorSourceOf(failure)];
  };

  assert.deepEqual(await failureOf("plain"), [Code.Unknown, "no source", undefined]);
  assert.deepEqual(await failureOf("wrapped"), [Code.Unknown, "loading failed", "downstream"]);
  assert.deepEqual(await failureOf("connect"), [Code.Unavailable, "not now", "downstream"]);
  assert.deepEqual(await failureOf("own"), [Code.Unknown, "our fault", "plugin"]);
});

test("bytes of another realm travel, in answers, requests and details of errors", async () => {
  const foreign = runInNewContext("new Uint8Array([10, 1, 65])") as Uint8Array;
  assert.ok(!(foreign instanceof Uint8Array));
  const realms = createInMemoryPlugin(v2, {
    diagnostics: {
      checkHealth: () => ({ jsonDetails: foreign }),
      collectMetrics() {
        const error = new ConnectError("no", Code.Aborted);
        error.details = [{ type: "google.protobuf.StringValue", value: foreign }];
        throw error;
      },
    },
    resource: { callResource: ({ body }) => answerResource({ body }) },
  });
  const { jsonDetails } = await realms.diagnostics.checkHealth({});
  const parts = await collect(realms.resource.callResource({ body: foreign }));
  const failure = await rejectionOf(realms.diagnostics.collectMetrics({}));

  assert.deepEqual([...jsonDetails], [...foreign]);
  assert.deepEqual(
    parts.flatMap(({ body }) => [...body]),
    [...foreign],
  );
  assert.ok(failure instanceof ConnectError);
  assert.equal(failure.findDetails(StringValueSchema)[0]?.value, "A");
});

test("a resource answer whose headers or body would be lost or bent fails its call", async () => {
  const bent = createInMemoryPlugin(
    v2,
    {
      resource: {
        async *callResource({ path }) {
          if (path === "wide") yield { body: new Uint16Array([1, 2]) as never };
          else if (path === "map") yield { headers: new Map([["A", { values: ["b"] }]]) as never };
          else if (path === "blob") yield* answerResource({ body: new Blob(["text"]) });
          else if (path === "promise") yield* answerResource({ body: Promise.resolve("text") });
          else if (path === "error") yield* answerResource({ code: 500, body: new Error("away") });
          else if (path === "bigint") yield* answerResource({ body: { ids: [1n] } });
          else yield* answerResource({ headers: new Headers({ a: "b" }) as never });
        },
      },
    },
    { onLog: () => {} },
  );
  for (const [path, reason] of [
    ["wide", /callResource: expected a Uint8Array as body, got an object/],
    ["map", /callResource: expected headers by name, got an object/],
    ["headers", /answerResource: expected headers as an object by name/],
    ["blob", /answerResource: expected a body of text, bytes, a stream or JSON, got a Blob/],
    ["promise", /answerResource: expected a body, got a promise of one: await it/],
    ["error", /answerResource: expected a body, got an error: pass \{ message: error\.message \}/],
    ["bigint", /answerResource: JSON cannot hold the body: .*BigInt: pass its text, or a number/],
  ] as const) {
    assert.match(String(await rejectionOf(collect(bent.resource.callResource({ path })))), reason);
  }
});

test("what a query throws fails that query alone, whatever it is", async () => {
  const refuse = (): never => {
    throw new RangeError("touched");
  };
  const thrown: Readonly<Record<string, unknown>> = {
    proxy: new Proxy({}, { get: refuse, getPrototypeOf: refuse, has: refuse }),
    // As JavaScript may make them.
    source: new QueryError("no such source", { errorSource: "upstream" as never }),
    number: new QueryError("a number", { errorSource: 5 as never, status: "404" as never }),
  };
  const throwing = createInMemoryPlugin(
    v2,
    {
      data: {
        queryData: (request) =>
          answerQueries(request, ({ refId }) => {
            if (refId === "fine") return numbers(1);
            throw thrown[refId];
          }),
      },
    },
    { onLog: () => {} },
  );
  const queries = [...Object.keys(thrown), "fine"].map((refId) => ({ refId }));
  const { responses } = await throwing.data.queryData({ queries });

  assert.deepEqual(
    queries.map(({ refId }) => [
      responses[refId]?.error,
      responses[refId]?.status,
      responses[refId]?.errorSource,
    ]),
    [
      ["a value of type object that has no text", 500, "plugin"],
      ["no such source", 500, "plugin"],
      ["a number", 500, "plugin"],
      ["", 200, ""],
    ],
  );
});

test("a handler that gives no answer, or no stream, fails its call with a text that says so", async () => {
  const reasons: unknown[] = [];
  const wrong = createInMemoryPlugin(
    v2,
    {
      data: {
        queryData: () => undefined as never,
        queryChunkedData: () => [] as never,
      },
      resource: { callResource: () => Promise.reject(new Error("nobody waits for it")) as never },
    },
    { onLog: ({ fields }) => reasons.push(fields["error"]) },
  );
  const textOf = async (call: Promise<unknown>) =>
    (await rejectsWithConnectError(call, Code.Unknown)).rawMessage;

  assert.equal(await textOf(wrong.data.queryData({})), "queryData: expected an answer, got undefined");
  assert.match(
    await textOf(collect(wrong.data.queryChunkedData({}))),
    /"async \*queryChunkedData", got a list$/,
  );
  assert.match(
    await textOf(collect(wrong.resource.callResource({}))),
    /"async \*callResource", got a promise$/,
  );
  assert.equal(reasons.length, 3);
});

test("errorSourceOf takes anything", () => {
  const circle: { cause?: unknown } = {};
  circle.cause = circle;
  const garbage = { details: [null, 5, { type: "google.rpc.ErrorInfo", value: new Uint8Array([26, 200]) }] };
  const hostile = new Proxy({}, { get: () => assert.fail("no reading") });

  for (const value of [undefined, null, "x", 5, circle, garbage, hostile, { errorSource: "else" }])
    assert.equal(errorSourceOf(value), undefined);
});

test("a body of a resource that is a stream is sent part by part, and left when the host leaves", async () => {
  let isLeft = false;
  const plugin = createInMemoryPlugin(v2, {
    resource: {
      callResource: () =>
        answerResource({
          headers: { "Content-Type": "text/plain" },
          body: (async function* () {
            try {
              for (;;) yield "ä";
            } finally {
              isLeft = true;
            }
          })(),
        }),
    },
  });

  let seen = 0;
  for await (const { body, code } of plugin.resource.callResource({})) {
    assert.deepEqual([new TextDecoder().decode(body), code], ["ä", seen === 0 ? 200 : 0]);
    if (++seen === 3) break;
  }

  await until("the stream is left", () => isLeft);
});

test("a body of a resource may be empty, of every kind", async () => {
  const bodies = [
    undefined,
    "",
    new Uint8Array(),
    new ArrayBuffer(0),
    (function* () {})(),
    null,
    false,
    0,
    [],
  ];
  const sent = await Promise.all(bodies.map(async (body) => collect(answerResource({ body }))));

  assert.deepEqual(
    sent.map((messages) => messages.map(({ body }) => body && new TextDecoder().decode(body as Uint8Array))),
    [[undefined], [""], [""], [""], [undefined], ["null"], ["false"], ["0"], ["[]"]],
  );
});

test("an aborted call fails as a whole", async () => {
  const slow = createInMemoryPlugin(v2, {
    data: {
      queryData: (request, { signal }) =>
        answerQueries(
          request,
          () =>
            new Promise<Frame>((_, reject) =>
              signal.addEventListener("abort", () => reject(new Error("late"))),
            ),
          { signal },
        ),
    },
  });
  const controller = new AbortController();
  const call = slow.data.queryData({ queries: [{ refId: "A" }] }, { signal: controller.signal });
  controller.abort();
  await assert.rejects(call, /canceled/);
});

async function collectChunks(
  format: DataFrameFormat,
  rows: (query: DataQuery) => AsyncIterable<Frame | FrameRows> | Iterable<Frame | FrameRows>,
  maxRows?: number,
  onLog?: (record: LogRecord) => void,
) {
  const chunked = createInMemoryPlugin(
    v2,
    {
      data: {
        queryChunkedData: (request, { signal }) => answerQueriesInChunks(request, rows, { maxRows, signal }),
      },
    },
    { onLog },
  );
  const queries = [{ refId: "A" }, { refId: "B" }];
  const chunks = [];
  for await (const chunk of decodeChunks(chunked.data.queryChunkedData({ queries, format })))
    chunks.push(chunk);
  return chunks;
}

for (const format of formats) {
  const name = DataFrameFormat[format];

  test(`batches of one shape are one frame in ${name}, of another shape another`, async () => {
    const other = createFrame({ fields: [createField("s", "string", ["x"])] });
    const chunks = await collectChunks(format, () => [numbers(1), numbers(2, 3), other, numbers(4)]);

    const ids = chunks.map((chunk) =>
      chunk.error === undefined ? `${chunk.refId}${chunk.frameId}` : "error",
    );
    assert.deepEqual(ids, ["A0", "A0", "A1", "A0", "B0", "B0", "B1", "B0"]);
    const values = chunks.map((chunk) => (chunk.error === undefined ? chunk.frame.fields[0]?.values : []));
    assert.deepEqual(values.slice(0, 4), [[1], [2, 3], ["x"], [4]]);
    assert.ok(chunks.every((chunk) => chunk.error !== undefined || chunk.frame.refId === chunk.refId));
  });

  test(`a frame longer than a chunk is cut in ${name}, with its nulls, bits and texts`, async () => {
    const rows = Array.from({ length: 37 }, (_, i) => i);
    const long = createFrame({
      fields: [
        createField(
          "n",
          "int32",
          rows.map((i) => (i % 3 === 0 ? null : i)),
        ),
        createField(
          "b",
          "bool",
          rows.map((i) => i % 5 === 0),
        ),
        createField(
          "s",
          "string",
          rows.map((i) => `ä${i}`),
        ),
      ],
    });

    const chunks = await collectChunks(format, () => [{ frameId: "long", frame: long }], 16);

    const ofA = chunks.filter(({ refId }) => refId === "A");
    assert.deepEqual(
      ofA.map((chunk) => (chunk.error === undefined ? chunk.frame.length : 0)),
      [16, 16, 5],
    );
    long.fields.forEach((field, i) => {
      const values = ofA.flatMap((chunk) =>
        chunk.error === undefined ? [...(chunk.frame.fields[i]?.values ?? [])] : [],
      );
      assert.deepEqual(values, field.values);
    });
  });

  test(`a query that fails after rows ends with an error in ${name}, and the next query begins`, async () => {
    const chunks = await collectChunks(format, function* ({ refId }) {
      yield numbers(1);
      if (refId === "A") throw new QueryError("gone", { status: 502, errorSource: "downstream" });
    });

    assert.deepEqual(
      chunks.map((chunk) => [chunk.refId, chunk.status, chunk.error?.message, chunk.error?.errorSource]),
      [
        ["A", 200, undefined, undefined],
        ["A", 502, "gone", "downstream"],
        ["B", 200, undefined, undefined],
      ],
    );
  });
}

test("rows of one id with other fields fail their query, and say which fields they have", async () => {
  const [, failure] = await collectChunks(DataFrameFormat.ARROW, () => [
    { frameId: "f", frame: numbers(1) },
    { frameId: "f", frame: createFrame({ fields: [createField("s", "string", ["x"])] }) },
  ]);
  assert.match(failure?.error?.message ?? "", /expected the fields of its first rows/);
});

test("JSON rows without a schema before them are an error", async () => {
  const frame = new TextEncoder().encode('{"data":{"values":[[1]]}}');
  const chunks = (async function* () {
    yield {
      refId: "A",
      frameId: "f",
      frame,
      status: 200,
      error: "",
      errorSource: "",
      format: DataFrameFormat.JSON,
    } as never;
  })();
  await assert.rejects(
    async () => {
      for await (const _ of decodeChunks(chunks)) assert.fail("expected no rows");
    },
    (error) => error instanceof FrameError && error.code === "json_invalid",
  );
});
