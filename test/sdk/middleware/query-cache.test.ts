import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { adaptHandlersToV1 } from "grafana-plugin-protocol/compat";
import { implement } from "grafana-plugin-protocol/plugin";
import {
  dataSource,
  HeaderName,
  observeCalls,
  type QueryCacheOptions,
  queryCache,
} from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v1 } from "grafana-plugin-protocol/v1";
import { Data, v2 } from "grafana-plugin-protocol/v2";
import { connectedPair } from "../../helpers/connected-pair.ts";
import { dataSourceContext } from "../../helpers/plugin-context.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";
import { until } from "../../helpers/until.ts";

interface Query {
  readonly refId: string;
  readonly expr: string;
  readonly from: number;
  readonly to: number;
}

interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly orgId?: bigint;
  readonly login?: string;
  readonly uid?: string;
  readonly updated?: bigint;
  readonly format?: number;
  readonly signal?: AbortSignal;
}

const minute = 60_000;

function query(given: Partial<Query> = {}) {
  const { refId = "A", expr = "up", from = 0, to = 10 * minute } = given;
  return {
    refId,
    json: new TextEncoder().encode(JSON.stringify({ refId, expr })),
    intervalMS: BigInt(minute),
    maxDataPoints: 100n,
    timeRange: { fromEpochMS: BigInt(from), toEpochMS: BigInt(to) },
  };
}

/**
 * A plugin with a cache on a real socket. Each answer is the number of queries that the plugin has answered before it.
 */
async function cached(
  t: test.TestContext,
  options: QueryCacheOptions = {},
  wait: (expr: string, signal: AbortSignal) => Promise<void> | void = () => {},
) {
  const asked: string[] = [];
  const { services } = implement(v2, {
    data: {
      queryData: async ({ queries }, { signal }) => {
        const entries: [string, { status: number; error?: string; frames?: Uint8Array[] }][] = [];
        for (const { refId, json } of queries) {
          const { expr } = JSON.parse(new TextDecoder().decode(json)) as { expr: string };
          asked.push(`${refId}:${expr}`);
          const frames = [new TextEncoder().encode(String(asked.length).padEnd(1000))];
          await wait(expr, signal);
          entries.push([refId, expr === "bad" ? { status: 500, error: "bad" } : { status: 200, frames }]);
        }
        return { responses: Object.fromEntries(entries) };
      },
    },
  });
  const { connection } = await connectedPair(t, services, {
    listen: { interceptors: [queryCache(options)] },
  });
  const { queryData } = createClient(Data, connection.transport);
  /** The numbers of the answers, by refId. */
  const ask = async (
    queries: ReturnType<typeof query>[],
    call: Call = {},
  ): Promise<Record<string, string>> => {
    const {
      orgId = 1n,
      login = "ada",
      uid = "u1",
      updated = 1n,
      headers = {},
      metadata = {},
      format = 0,
    } = call;
    const { responses } = await queryData(
      {
        queries,
        headers: { ...headers },
        format,
        pluginContext: {
          orgId,
          pluginId: "p",
          user: { login },
          dataSourceInstanceSettings: { id: 1n, uid, lastUpdatedMS: updated },
        },
      },
      { headers: { ...metadata }, ...(call.signal === undefined ? {} : { signal: call.signal }) },
    );
    const entries = Object.entries(responses).map(([refId, { error, frames }]) => [
      refId,
      error || new TextDecoder().decode(frames[0]).trim(),
    ]);
    return Object.fromEntries(entries);
  };
  return { asked, ask };
}

test("the same query is answered once", async (t) => {
  const { ask, asked } = await cached(t);

  assert.deepEqual(await ask([query()]), { A: "1" });
  assert.deepEqual(await ask([query()]), { A: "1" });
  assert.deepEqual(asked, ["A:up"]);
});

test("of a batch only the queries that are missing reach the plugin", async (t) => {
  const { ask, asked } = await cached(t);
  await ask([query()]);

  const answer = await ask([query(), query({ refId: "B" }), query({ refId: "C", expr: "down" })]);

  assert.deepEqual(answer, { A: "1", B: "2", C: "3" });
  assert.deepEqual(asked, ["A:up", "B:up", "C:down"]);
});

test("a refId may have the name of a property of every object", async (t) => {
  const { ask } = await cached(t);
  const batch = [query({ refId: "__proto__" }), query({ refId: "constructor" })];
  await ask(batch.slice(0, 1));

  const answer = await ask(batch);

  assert.deepEqual(Object.entries(answer).sort(), [
    ["__proto__", "1"],
    ["constructor", "2"],
  ]);
});

test("a range is rounded down to the interval", async (t) => {
  const { ask } = await cached(t);
  await ask([query({ from: 0, to: 10 * minute })]);

  assert.deepEqual(await ask([query({ from: minute - 1, to: 11 * minute - 1 })]), { A: "1" });
  assert.deepEqual(await ask([query({ from: minute, to: 11 * minute - 1 })]), { A: "2" });
  assert.deepEqual(await ask([query({ from: 0, to: 11 * minute })]), { A: "3" });
  assert.deepEqual(await ask([query({ from: -1, to: 11 * minute })]), { A: "4" });
});

suite("another call gets an answer of its own", () => {
  const others: Readonly<Record<string, Call>> = {
    "with another organisation": { orgId: 2n },
    "with another data source": { uid: "u2" },
    "after the settings changed": { updated: 2n },
    "of another tenant": { metadata: { tenantID: "t2" } },
    "in another format": { format: 1 },
    "with a forwarded token": { headers: { http_Authorization: "Bearer one" } },
    "with a forwarded ID token": { headers: { "http_X-Id-Token": "one" } },
    "with a cookie": { headers: { Cookie: "session=1" } },
  };
  for (const [name, call] of Object.entries(others)) {
    test(`a call ${name}`, async (t) => {
      const { ask } = await cached(t);
      await ask([query()]);

      assert.deepEqual(await ask([query()], call), { A: "2" });
      assert.deepEqual(await ask([query()], call), { A: "2" });
      assert.deepEqual(await ask([query()]), { A: "1" });
    });
  }
});

test("users without a forwarded login share an answer, unless the option keeps them apart", async (t) => {
  const shared = await cached(t);
  await shared.ask([query()], { login: "ada" });
  assert.deepEqual(await shared.ask([query()], { login: "bob" }), { A: "1" });

  const apart = await cached(t, { isPerUser: true });
  await apart.ask([query()], { login: "ada" });
  assert.deepEqual(await apart.ask([query()], { login: "bob" }), { A: "2" });
  assert.deepEqual(await apart.ask([query()], { login: "ada" }), { A: "1" });
});

test("a key of the caller keeps answers apart", async (t) => {
  const { ask } = await cached(t, { key: ({ headers }) => headers.get(HeaderName.dashboardUid) ?? "" });
  await ask([query()], { headers: { "http_X-Dashboard-Uid": "d1" } });

  assert.deepEqual(await ask([query()], { headers: { "http_X-Dashboard-Uid": "d2" } }), { A: "2" });
});

test("an answer is used until its time is over", async (t) => {
  let now = 0;
  const { ask } = await cached(t, { ttlMs: 1000, now: () => now });
  await ask([query()]);
  now = 999;
  assert.deepEqual(await ask([query()]), { A: "1" });
  now = 1000;

  assert.deepEqual(await ask([query()]), { A: "2" });
});

test("X-Cache-Skip gets a new answer, which replaces the old one", async (t) => {
  const { ask } = await cached(t);
  await ask([query()]);

  assert.deepEqual(await ask([query()], { headers: { "http_X-Cache-Skip": "true" } }), { A: "2" });
  assert.deepEqual(await ask([query()]), { A: "2" });
});

test("a call whose outgoing requests are recorded gets a new answer", async (t) => {
  const { ask } = await cached(t);
  await ask([query()]);

  assert.deepEqual(await ask([query()], { headers: { "X-Grafana-HAR-Capture": "true" } }), { A: "2" });
  assert.deepEqual(await ask([query()]), { A: "2" });
});

test("an answer with an error is not kept, and those beside it are", async (t) => {
  const { ask, asked } = await cached(t);
  const batch = [query(), query({ refId: "B", expr: "bad" })];

  assert.deepEqual(await ask(batch), { A: "1", B: "bad" });
  assert.deepEqual(await ask(batch), { A: "1", B: "bad" });
  assert.deepEqual(asked, ["A:up", "B:bad", "B:bad"]);
});

test("a query that is not to be cached is asked each time", async (t) => {
  const { ask } = await cached(t, { isCached: ({ refId }) => refId !== "B" });
  const batch = [query(), query({ refId: "B" })];

  assert.deepEqual(await ask(batch), { A: "1", B: "2" });
  assert.deepEqual(await ask(batch), { A: "1", B: "3" });
});

suite("the cache is bounded", () => {
  const names = ["a", "b", "c", "d"];

  test("in answers: the one that was not used for longest goes first", async (t) => {
    const { ask, asked } = await cached(t, { maxEntries: 3 });
    for (const expr of ["a", "b", "c", "a", "d"]) await ask([query({ expr })]);
    asked.length = 0;

    for (const expr of ["a", "c", "d", "b"]) await ask([query({ expr })]);

    assert.deepEqual(asked, ["A:b"]);
  });

  test("in bytes", async (t) => {
    const { ask, asked } = await cached(t, { maxBytes: 3000 });
    for (const expr of names) await ask([query({ expr })]);
    asked.length = 0;

    for (const expr of ["c", "d", "a"]) await ask([query({ expr })]);

    assert.deepEqual(asked, ["A:a"]);
  });

  test("and keeps nothing that alone is too large", async (t) => {
    const { ask, asked } = await cached(t, { maxBytes: 500 });

    for (const expr of ["a", "a"]) await ask([query({ expr })]);

    assert.equal(asked.length, 2);
  });

  for (const options of [{ ttlMs: 0 }, { maxBytes: -1 }, { maxEntries: 1.5 }]) {
    test(`and refuses ${JSON.stringify(options)}`, () => {
      assert.throws(
        () => queryCache(options),
        (error) => error instanceof PluginError && error.code === "invalid_option",
      );
    });
  }
});

test("callers of the same query at the same time share one answer", async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  const { ask, asked } = await cached(t, { key: () => String(++waiting > 0) }, () => promise);

  const calls = Array.from({ length: 20 }, () => ask([query()]));
  await until("all calls are in the cache", () => waiting === 20);
  resolve();

  assert.deepEqual(new Set((await Promise.all(calls)).map(({ A }) => A)), new Set(["1"]));
  assert.deepEqual(asked, ["A:up"]);
});

test("two batches that wait for each other's query both end", async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  const { ask, asked } = await cached(t, { key: () => String(++waiting > 0) }, () => promise);
  const [a, b] = [query(), query({ refId: "B" })];

  const calls = [ask([a]), ask([b])];
  await until("both are asked", () => asked.length === 2);
  calls.push(ask([a, b]), ask([b, a]));
  await until("all calls are in the cache", () => waiting === 4);
  resolve();

  assert.deepEqual(await Promise.all(calls.slice(2)), [
    { A: "1", B: "2" },
    { A: "1", B: "2" },
  ]);
  assert.equal(asked.length, 2);
});

test("callers that wait for a call that is cancelled ask themselves, once", async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  const { ask, asked } = await cached(
    t,
    { key: () => String(++waiting > 0) },
    (_expr, signal) =>
      new Promise((done, fail) => {
        signal.addEventListener("abort", () => fail(signal.reason));
        void promise.then(() => done());
      }),
  );
  const controller = new AbortController();

  const first = ask([query()], { signal: controller.signal });
  await until("the first call is asked", () => asked.length === 1);
  const others = Array.from({ length: 5 }, () => ask([query()]));
  await until("all calls are in the cache", () => waiting === 6);
  controller.abort();
  await rejectsWithConnectError(first, Code.Canceled);
  await until("another call asks", () => asked.length === 2);
  resolve();

  assert.deepEqual(new Set((await Promise.all(others)).map(({ A }) => A)), new Set(["2"]));
  assert.equal(asked.length, 2);
});

test("a handler that throws fails its callers, and nothing of it is kept", async (t) => {
  let isBroken = true;
  const { ask } = await cached(t, {}, () => {
    if (isBroken) throw new Error("broken");
  });

  await rejectsWithConnectError(ask([query()]), Code.Internal);
  isBroken = false;

  assert.deepEqual(await ask([query()]), { A: "2" });
});

test("calls other than queryData pass", async (t) => {
  const { services } = implement(v2, {
    data: {
      async *queryChunkedData() {
        yield { refId: "A", status: 200 };
      },
    },
  });
  const { connection } = await connectedPair(t, services, { listen: { interceptors: [queryCache()] } });
  const seen: string[] = [];

  for await (const { refId } of createClient(Data, connection.transport).queryChunkedData({}))
    seen.push(refId);

  assert.deepEqual(seen, ["A"]);
});

suite("the cache beside the other parts of a plugin", () => {
  /** Counts the calls that it sees. */
  const counter = () => {
    const seen: string[] = [];
    return {
      seen,
      observer: { onEnd: ({ endpoint }: { readonly endpoint: string }) => seen.push(endpoint) },
    };
  };

  test("observers of the plugin do not see what the cache answers; those before the cache do", async () => {
    const within = counter();
    const before = counter();
    const { implementation } = dataSource({
      queries: { "": { run: () => [] } },
      observers: [within.observer],
    });
    const client = createInMemoryPlugin(v2, implementation, {
      interceptors: [observeCalls([before.observer]), queryCache()],
    });
    const request = { pluginContext: dataSourceContext(), queries: [query()] };

    await client.data.queryData(request);
    await client.data.queryData(request);

    assert.deepEqual(within.seen, ["queryData"]);
    assert.deepEqual(before.seen, ["queryData", "queryData"]);
  });

  test("a host of protocol 1 is answered without the cache", async () => {
    let answered = 0;
    const handlers = adaptHandlersToV1({
      data: {
        queryData: () => {
          answered++;
          return { responses: { A: { status: 200 } } };
        },
      },
    });
    const client = createInMemoryPlugin(v1, handlers, { interceptors: [queryCache()] });
    const request = { queries: [{ refId: "A", modelJson: "{}" }] };

    await client.datasource.query(request);
    await client.datasource.query(request);

    assert.equal(answered, 2);
  });
});
