import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type } from "arktype";
import { PluginError } from "grafana-plugin-protocol";
import {
  createField,
  createFrame,
  type Frame,
  frameBatches,
  type Notice,
} from "grafana-plugin-protocol/frames";
import { implement, type LogRecord } from "grafana-plugin-protocol/plugin";
import { createInstances, type QueryInput, serveQueries } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { DataFrameFormat, decodeChunks, decodeQueryData, QueryError, v2 } from "grafana-plugin-protocol/v2";
import * as v from "valibot";
import { z } from "zod";
import { dataSourceContext, jsonBytes } from "../../helpers/plugin-context.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { until } from "../../helpers/until.ts";
import { collect } from "../../interop/case.ts";

const frame = (...values: number[]): Frame =>
  createFrame({ fields: [createField("n", "float64", values, { nullable: false })] });

type Handlers = ReturnType<typeof serveQueries>;

/** Sends queries both ways, and returns for each refId the values of its frames, or its error. */
async function ask(
  data: Handlers,
  queries: readonly { refId: string; queryType?: string; model?: unknown }[],
  { format = DataFrameFormat.ARROW, context = dataSourceContext(), onLog = (_: LogRecord): void => {} } = {},
) {
  const plugin = createInMemoryPlugin(v2, { data }, { onLog });
  const request = {
    pluginContext: context,
    format,
    queries: queries.map(({ refId, queryType = "", model = {} }) => ({
      refId,
      queryType,
      json: jsonBytes(model),
      timeRange: { fromEpochMS: 1_700_000_000_000n, toEpochMS: 1_700_000_060_000n },
      intervalMS: 15_000n,
      maxDataPoints: 1500n,
    })),
  };
  const collected = new Map<string, unknown>();
  const response = await plugin.data.queryData(request);
  for (const [refId, { frames, error }] of await decodeQueryData(response)) {
    collected.set(refId, error ?? frames.map(({ fields }) => [...(fields[0]?.values ?? [])]));
  }
  const chunked = new Map<string, unknown>();
  for await (const { refId, frameId, frame: rows, error } of decodeChunks(
    plugin.data.queryChunkedData(request),
  )) {
    if (error !== undefined) {
      chunked.set(refId, error);
      continue;
    }
    const byFrame = (chunked.get(refId) ?? new Map()) as Map<string, unknown[]>;
    byFrame.set(frameId, [...(byFrame.get(frameId) ?? []), ...(rows.fields[0]?.values ?? [])]);
    chunked.set(refId, byFrame);
  }
  for (const [refId, frames] of chunked) if (frames instanceof Map) chunked.set(refId, [...frames.values()]);
  return { collected, chunked, response };
}

suite("queries by their type", () => {
  for (const format of [DataFrameFormat.ARROW, DataFrameFormat.JSON]) {
    test(`the same handlers answer queryData and queryChunkedData alike, in ${DataFrameFormat[format]}`, async () => {
      const data = serveQueries({
        one: { run: () => frame(1, 2) },
        list: { run: async () => [frame(1), frame(2)] },
        none: { run: () => [] },
        named: {
          run: () => [{ frameId: "b", frame: frame(1) }, frame(2), { frameId: "b", frame: frame(3) }],
        },
        rows: {
          async *run() {
            yield frame(1, 2);
            yield frame(3);
            yield createFrame({ fields: [createField("t", "string", ["x"])] });
            yield frame(4);
          },
        },
        batches: {
          run: () => frameBatches([{ n: 1 }, { n: 2 }, { n: 3 }], { n: "float64" }, { rowsPerFrame: 2 }),
        },
        "*sync": {
          *run() {
            yield frame(5);
            yield frame(6);
          },
        },
      });
      const types = ["one", "list", "named", "rows", "batches", "*sync"];

      const { collected, chunked, response } = await ask(
        data,
        types.map((queryType) => ({ refId: queryType, queryType })),
        { format },
      );

      const expected = {
        one: [[1, 2]],
        list: [[1], [2]],
        named: [[1, 3], [2]],
        rows: [[1, 2, 3, 4], ["x"]],
        batches: [[1, 2, 3]],
        "*sync": [[5, 6]],
      };
      assert.deepEqual(Object.fromEntries(collected), expected);
      assert.deepEqual(Object.fromEntries(chunked), expected);
      assert.ok(Object.values(response.responses).every((entry) => entry.format === format));
    });
  }

  test("the notices of all rows of a frame are those of the collected frame, each once", async () => {
    const source = { severity: "info", text: "from the archive" } as const;
    const limit = { severity: "warning", text: "only the first rows" } as const;
    const withNotices = (value: number, ...notices: readonly Notice[]): Frame =>
      createFrame({ ...frame(value), meta: { executedQueryString: `q${value}`, notices } });
    const data = serveQueries({
      cut: {
        async *run() {
          yield withNotices(1, source);
          yield withNotices(2, source, limit);
        },
      },
      late: { run: () => [frame(1), withNotices(2, limit)].values() },
    });
    const { response } = await ask(data, [
      { refId: "A", queryType: "cut" },
      { refId: "B", queryType: "late" },
    ]);

    const outcomes = await decodeQueryData(response);
    const [cut] = outcomes.get("A")?.frames ?? [];
    assert.equal(cut?.length, 2);
    assert.deepEqual(cut?.meta?.notices, [source, limit]);
    assert.equal(cut?.meta?.executedQueryString, "q1");
    assert.deepEqual(outcomes.get("B")?.frames[0]?.meta?.notices, [limit]);
  });

  test("a handler receives the range, interval, points, model and refId of its query", async () => {
    const seen: QueryInput[] = [];
    const data = serveQueries({
      a: {
        run: (query) => {
          seen.push(query);
          return [];
        },
      },
    });

    await ask(data, [{ refId: "A", queryType: "a", model: { refId: "A", expr: "up" } }]);

    const [query] = seen;
    assert.ok(query);
    assert.deepEqual(query.model, { refId: "A", expr: "up" });
    assert.equal(query.timeRange.from.toISOString(), "2023-11-14T22:13:20.000Z");
    assert.equal(query.timeRange.to.getTime(), 1_700_000_060_000);
    assert.equal(query.timeRange.fromNs, 1_700_000_000_000_000_000n);
    assert.equal(query.timeRange.toNs, 1_700_000_060_000_000_000n);
    assert.deepEqual(
      [query.refId, query.queryType, query.intervalMs, query.maxDataPoints],
      ["A", "a", 15_000, 1500],
    );
  });

  test("a query without a range, a model and points has zeros and an empty model", async () => {
    const seen: QueryInput[] = [];
    const plugin = createInMemoryPlugin(v2, {
      data: serveQueries({
        "": {
          run: (query) => {
            seen.push(query);
            return [];
          },
        },
      }),
    });

    await plugin.data.queryData({ queries: [{ refId: "A" }] });

    assert.deepEqual(seen[0]?.model, {});
    assert.equal(seen[0]?.timeRange.from.getTime(), 0);
    assert.equal(seen[0]?.maxDataPoints, 0);
  });

  test("the route of the empty text answers types without a route", async () => {
    const data = serveQueries({
      a: { run: () => frame(1) },
      "": { run: ({ queryType }) => frame(queryType.length) },
    });

    const { collected } = await ask(data, [
      { refId: "A", queryType: "a" },
      { refId: "B", queryType: "other" },
      { refId: "C" },
    ]);

    assert.deepEqual([...collected.values()], [[[1]], [[5]], [[0]]]);
  });

  test("a query of an unknown type fails alone, and its error names the known ones", async () => {
    const data = serveQueries({ range: { run: () => frame(1) }, instant: { run: () => frame(2) } });

    for (const queryType of ["rnage", "", "toString", "__proto__"]) {
      const { collected, chunked } = await ask(data, [
        { refId: "A", queryType },
        { refId: "B", queryType: "range" },
      ]);
      const shown =
        queryType === "" ? "a query without a type" : `the query type ${JSON.stringify(queryType)}`;
      for (const results of [collected, chunked]) {
        const error = results.get("A");
        assert.ok(error instanceof QueryError);
        assert.equal(error.message, `query A: expected one of "range", "instant", got ${shown}`);
        assert.equal(error.status, 400);
        assert.equal(error.errorSource, "plugin");
        assert.deepEqual(results.get("B"), [[1]]);
      }
    }
  });

  const schemas = {
    zod: z.object({ expr: z.string(), options: z.object({ step: z.number() }) }),
    valibot: v.object({ expr: v.string(), options: v.object({ step: v.number() }) }),
    arktype: type({ expr: "string", options: { step: "number" } }),
    "zod, async": z.object({
      expr: z.string().refine(async () => true),
      options: z.object({ step: z.number() }),
    }),
  };
  for (const [library, model] of Object.entries(schemas)) {
    test(`a model by ${library} is validated, and an error names refId, field and what was expected`, async () => {
      const data = serveQueries({
        range: { model, run: ({ model: { expr, options } }) => frame(expr.length, options.step) },
      });

      const { collected, chunked } = await ask(data, [
        { refId: "A", queryType: "range", model: { expr: "up", options: { step: 5 }, refId: "A" } },
        { refId: "B", queryType: "range", model: { expr: "up", options: { step: "5" } } },
        { refId: "C", queryType: "range", model: "{" },
      ]);

      for (const results of [collected, chunked]) {
        assert.deepEqual(results.get("A"), [[2, 5]]);
        const [wrong, broken] = [results.get("B"), results.get("C")];
        assert.ok(wrong instanceof QueryError && broken instanceof QueryError);
        assert.match(
          wrong.message,
          /^query B: expected a model of the query type "range": options\.step: .*number/,
        );
        assert.match(broken.message, /^query C: expected JSON as its model, got 1 bytes: /);
        assert.deepEqual([wrong.status, wrong.errorSource, broken.status], [400, "plugin", 400]);
      }
    });
  }

  test("whatever the creation of the instance throws is the error of each query, with the source of its reason", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    for (const [thrown, seen] of [
      [new Error("no pool", { cause: refused }), ["no pool", 502, "downstream"]],
      [
        new PluginError("invalid_option", "the timeout must be a number"),
        ["the timeout must be a number", 500, "plugin"],
      ],
      [new TypeError("x is undefined"), ["x is undefined", 500, "plugin"]],
    ] as const) {
      const create = () => {
        throw thrown;
      };
      const instances = createInstances({ create });

      const { collected, chunked } = await ask(
        serveQueries({ "": { run: () => frame(1) } }, { instances }),
        ["A", "B"].map((refId) => ({ refId })),
      );

      for (const results of [collected, chunked]) {
        for (const refId of ["A", "B"]) {
          const error = results.get(refId);
          assert.ok(error instanceof QueryError);
          assert.deepEqual([error.message, error.status, error.errorSource], seen);
        }
      }
    }
  });

  test("whatever a handler throws fails its query alone, and only a defect is logged", async () => {
    const logged: LogRecord[] = [];
    const thrown: Readonly<Record<string, () => never>> = {
      downstream: () => {
        throw new QueryError("the database is away", { status: 502, errorSource: "downstream" });
      },
      type: () => {
        throw new TypeError("x is not a function");
      },
      text: () => {
        // biome-ignore lint/style/useThrowOnlyError: it is what is tested
        throw "a text";
      },
      nothing: () => {
        // biome-ignore lint/style/useThrowOnlyError: it is what is tested
        throw undefined;
      },
    };
    const data = serveQueries({
      ...Object.fromEntries(Object.entries(thrown).map(([name, run]) => [name, { run }])),
      later: {
        async *run() {
          yield frame(1);
          throw new TypeError("broke off");
        },
      },
      wrong: { run: () => "text" as never },
      ok: { run: () => frame(1) },
    });
    const types = [...Object.keys(thrown), "later", "wrong", "ok"];

    const { collected, chunked } = await ask(
      data,
      types.map((queryType) => ({ refId: queryType, queryType })),
      { onLog: (record) => logged.push(record) },
    );

    for (const results of [collected, chunked]) {
      assert.deepEqual(results.get("ok"), [[1]]);
      const failed = types.filter((name) => results.get(name) instanceof QueryError);
      assert.deepEqual(failed, types.slice(0, -1));
      assert.equal((results.get("downstream") as QueryError).status, 502);
      assert.match((results.get("wrong") as QueryError).message, /query wrong: expected/);
    }
    assert.deepEqual([...new Set(logged.map(({ fields }) => fields?.["refId"]))].sort(), [
      "later",
      "nothing",
      "text",
      "type",
      "wrong",
    ]);
  });
});

suite("the concurrency of queries", () => {
  for (const [name, config, options, expected] of [
    ["what the host says", { GF_CONCURRENT_QUERY_COUNT: "3" }, {}, 3],
    ["10 if the host says nothing", {}, {}, 10],
    ["10 if the host says nonsense", { GF_CONCURRENT_QUERY_COUNT: "-x" }, {}, 10],
    ["the option of the plugin", { GF_CONCURRENT_QUERY_COUNT: "3" }, { concurrency: 2 }, 2],
  ] as const) {
    test(`it is ${name}`, async () => {
      let running = 0;
      let most = 0;
      const data = serveQueries(
        {
          "": {
            run: async () => {
              most = Math.max(most, ++running);
              for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
              running--;
              return frame(1);
            },
          },
        },
        options,
      );
      const queries = Array.from({ length: 25 }, (_, index) => ({ refId: `Q${index}` }));

      const { collected, chunked } = await ask(data, queries, { context: dataSourceContext({ config }) });

      assert.equal(most, expected);
      assert.equal(collected.size, 25);
      assert.equal(chunked.size, 25);
    });
  }

  test("ten thousand queries of one call are answered, and other calls meanwhile", async () => {
    const plugin = createInMemoryPlugin(v2, { data: serveQueries({ "": { run: () => frame(1) } }) });
    const queries = Array.from({ length: 10_000 }, (_, index) => ({
      refId: `Q${index}`,
      json: jsonBytes({ index }),
    }));
    const order: string[] = [];

    const large = plugin.data.queryData({ queries }).then((response) => {
      order.push("large");
      return response;
    });
    await plugin.data.queryData({ queries: queries.slice(0, 1) });
    order.push("small");

    assert.equal(
      Object.values((await large).responses).filter(({ status }) => status === 200).length,
      10_000,
    );
    assert.deepEqual(order, ["small", "large"]);
  });
});

suite("queries and their call", () => {
  test("a cancelled call reaches the signal of its handlers, and ends rows that have no end", async () => {
    const controller = new AbortController();
    let hasEnded = false;
    let count = 0;
    const plugin = createInMemoryPlugin(v2, {
      data: serveQueries({
        endless: {
          async *run() {
            try {
              for (;;) {
                count++;
                yield frame(1);
              }
            } finally {
              hasEnded = true;
            }
          },
        },
        waits: {
          run: (_, { signal }) =>
            new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
        },
      }),
    });

    const call = rejectionOf(
      plugin.data.queryData(
        {
          queries: [
            { refId: "A", queryType: "endless" },
            { refId: "B", queryType: "waits" },
          ],
        },
        { signal: controller.signal },
      ),
    );
    await until("rows are collected", () => count > 10);
    controller.abort();

    assert.ok((await call) instanceof Error);
    await until("the rows have ended", () => hasEnded);
  });

  test("handlers receive the instance of the call, which is in use until the last row", async () => {
    const events: string[] = [];
    const instances = createInstances({
      create: ({ settings }) => settings.name,
      dispose: (name) => events.push(`disposed ${name}`),
    });
    const gate = Promise.withResolvers<void>();
    const data = serveQueries(
      {
        "": {
          async *run(_, { instance, settings }) {
            yield createFrame({ fields: [createField("name", "string", [`${instance} ${settings.uid}`])] });
            await gate.promise;
            events.push("read");
          },
        },
      },
      { instances },
    );
    const plugin = createInMemoryPlugin(v2, { data });

    const chunks = plugin.data.queryChunkedData({
      pluginContext: dataSourceContext(),
      queries: [{ refId: "A" }],
    });
    const closing: Promise<void>[] = [];
    const rows = await collect(
      (async function* () {
        for await (const chunk of decodeChunks(chunks)) {
          closing.push(instances.close());
          gate.resolve();
          yield chunk;
        }
      })(),
    );
    await Promise.all(closing);

    assert.equal(rows[0]?.frame?.fields[0]?.get(0), "Sales uid-1");
    assert.deepEqual(events, ["read", "disposed Sales"]);
  });

  test("if the instance cannot be created each query fails with the reason, which hosts show", async () => {
    const logged: LogRecord[] = [];
    const instances = createInstances({
      create: async () => {
        throw new Error("the server refuses the certificate");
      },
    });
    const data = serveQueries({ "": { run: () => frame(1) } }, { instances });

    const { collected, chunked } = await ask(data, [{ refId: "A" }, { refId: "B" }], {
      onLog: (record) => logged.push(record),
    });

    for (const results of [collected, chunked]) {
      for (const refId of ["A", "B"]) {
        assert.equal((results.get(refId) as QueryError).message, "the server refuses the certificate");
      }
    }
    assert.deepEqual(logged, []);
  });
});

test("routes of queries that are wrong are refused", () => {
  for (const [routes, expected] of [
    [undefined, /queries must be an object of routes/],
    [{ a: () => frame(1) }, /queries\["a"\] must be an object such as/],
    [{ a: {} }, /queries\["a"\]\.run must be a function/],
    [{ a: { run() {}, model: { type: "object" } } }, /queries\["a"\]\.model must be a Standard Schema/],
  ] as const) {
    assert.throws(() => serveQueries(routes as never), expected);
  }
  assert.throws(() => serveQueries({}, { concurrency: 0 }), /concurrency must be a whole number/);
  assert.ok(implement(v2, { data: serveQueries({}) }).services.length === 1);
});
