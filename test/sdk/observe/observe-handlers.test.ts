/** What observers see of calls over a socket, around the handlers and as an interceptor. */
import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type Client, createClient } from "@connectrpc/connect";
import { ConnectError, type PluginImpl } from "grafana-plugin-protocol";
import { implement } from "grafana-plugin-protocol/plugin";
import {
  type CallObserver,
  type CallOutcome,
  observeCalls,
  observeHandlers,
} from "grafana-plugin-protocol/sdk";
import { QueryError, type V2, v2 } from "grafana-plugin-protocol/v2";
import { connectedPair } from "../../helpers/connected-pair.ts";
import { until } from "../../helpers/until.ts";

type Services = V2["services"];
interface Seen {
  readonly endpoint: string;
  readonly outcome: CallOutcome;
}

/** An observer that collects. */
function collector(): CallObserver & { readonly seen: readonly Seen[] } {
  const seen: Seen[] = [];
  return { seen, onEnd: ({ endpoint }, outcome) => seen.push({ endpoint, outcome }) };
}

const forms = ["around handlers", "as an interceptor"] as const;

for (const form of forms) {
  suite(`observers ${form}`, () => {
    const serve = async <Key extends keyof Services>(
      t: TestContext,
      key: Key,
      impl: PluginImpl<V2>,
      observers: readonly CallObserver[],
    ): Promise<Client<Services[Key]>> => {
      const plugin = implement(v2, impl);
      const isInterceptor = form === "as an interceptor";
      const { services } = isInterceptor ? plugin : observeHandlers(plugin, observers);
      const interceptors = isInterceptor ? [observeCalls(observers)] : [];
      const { connection } = await connectedPair(t, services, { listen: { interceptors } });
      return createClient(v2.services[key], connection.transport);
    };

    test(`observers ${form} see the failed queries of an answer, and the source that all of them share`, async (t) => {
      const observer = collector();
      const data = await serve(
        t,
        "data",
        {
          data: {
            queryData: ({ queries }) => ({
              responses: Object.fromEntries(
                queries.map(({ refId, queryType }) => [
                  refId,
                  queryType === "ok" ? {} : { error: "no table", status: 404, errorSource: queryType },
                ]),
              ),
            }),
          },
        },
        [observer],
      );

      await data.queryData({ queries: [{ refId: "A", queryType: "ok" }] });
      await data.queryData({
        queries: [
          { refId: "A", queryType: "downstream" },
          { refId: "B", queryType: "ok" },
        ],
      });
      await data.queryData({
        queries: [
          { refId: "A", queryType: "downstream" },
          { refId: "B", queryType: "plugin" },
        ],
      });

      assert.deepEqual(
        observer.seen.map(({ endpoint, outcome }) => [
          endpoint,
          outcome.status,
          outcome.source,
          outcome.failures.map(({ refId, status }) => `${refId} ${status}`).join(),
        ]),
        [
          ["queryData", "ok", "plugin", ""],
          ["queryData", "error", "downstream", "A 404"],
          ["queryData", "error", "plugin", "A 404,B 404"],
        ],
      );
    });

    test(`observers ${form} see the failed chunks of a stream, and its exception`, async (t) => {
      const observer = collector();
      const defect = new RangeError("a defect");
      const data = await serve(
        t,
        "data",
        {
          data: {
            async *queryChunkedData({ queries }) {
              for (const { refId, queryType } of queries) {
                if (queryType === "throw") throw defect;
                yield queryType === "fail" ? { refId, status: 400, error: "bad" } : { refId, status: 200 };
              }
            },
          },
        },
        [observer],
      );

      await drain(data.queryChunkedData({ queries: [{ refId: "A" }, { refId: "B", queryType: "fail" }] }));
      await drain(data.queryChunkedData({ queries: [{ refId: "A", queryType: "throw" }] })).catch(isConnect);

      const [chunked, thrown] = observer.seen;
      assert.equal(chunked?.endpoint, "queryChunkedData");
      assert.deepEqual(
        chunked?.outcome.failures.map(({ refId, error }) => [refId, error]),
        [["B", "bad"]],
      );
      assert.equal(chunked?.outcome.status, "error");
      assert.equal(thrown?.outcome.status, "error");
      assert.equal(thrown?.outcome.error, defect);
    });

    test(`observers ${form} see a stream that its host leaves as cancelled, once`, async (t) => {
      const observer = collector();
      const stream = await serve(
        t,
        "stream",
        {
          stream: {
            async *runStream() {
              for (;;) {
                yield { data: new Uint8Array(10) };
                await setImmediate();
              }
            },
          },
        },
        [observer],
      );
      const host = new AbortController();

      await assert.rejects(async () => {
        for await (const _packet of stream.runStream({}, { signal: host.signal })) host.abort();
      });
      await until("the handler has ended", () => observer.seen.length > 0);

      assert.deepEqual(
        observer.seen.map(({ outcome }) => [outcome.status, outcome.source]),
        [["cancelled", "downstream"]],
      );
    });

    test(`observers ${form} are told in order and cannot fail the call`, async (t) => {
      const told: string[] = [];
      const named = (name: string): CallObserver<string> => ({
        onBegin: () => {
          told.push(`${name} begins`);
          return name;
        },
        runIn: (state, run) => {
          told.push(`${state} runs`);
          return run();
        },
        onEnd: (_call, _outcome, state) => told.push(`${state} ends`),
      });
      const broken: CallObserver = {
        onBegin: () => {
          throw new Error("no begin");
        },
        runIn: () => {
          throw new Error("not called without a state");
        },
        onEnd: () => {
          throw new Error("no end");
        },
      };
      const diagnostics = await serve(
        t,
        "diagnostics",
        { diagnostics: { checkHealth: () => ({ message: "well" }) } },
        [named("outer"), broken, named("inner")],
      );

      const { message } = await diagnostics.checkHealth({});

      assert.equal(message, "well");
      assert.deepEqual(told, [
        "outer begins",
        "inner begins",
        "outer runs",
        "inner runs",
        "inner ends",
        "outer ends",
      ]);
    });

    test(`observers ${form} see the context, the metadata and the values of a call`, async (t) => {
      const seen: unknown[] = [];
      const observer: CallObserver = {
        onEnd: (call) =>
          seen.push(call.pluginContext?.pluginId, call.metadata("tenantid"), call.metadata("absent")),
      };
      const resource = await serve(
        t,
        "resource",
        {
          resource: {
            async *callResource() {
              yield { code: 200 };
            },
          },
        },
        [observer],
      );

      await drain(
        resource.callResource({ pluginContext: { pluginId: "p" } }, { headers: { tenantID: "t-1" } }),
      );
      await until("the handler has ended", () => seen.length > 0);

      assert.deepEqual(seen, ["p", ["t-1"], []]);
    });

    test(`observers ${form} see whatever a handler throws`, async (t) => {
      const observer = collector();
      const things: unknown[] = [
        undefined,
        null,
        "a text",
        new Proxy({}, { get: refuse, getPrototypeOf: refuse, has: refuse }),
        new QueryError("no", { errorSource: "downstream" }),
        Object.assign(new Error("aborted"), { name: "AbortError" }),
        Object.assign(new Error("late"), { name: "TimeoutError" }),
      ];
      const resource = await serve(
        t,
        "stream",
        {
          stream: {
            subscribeStream({ path }) {
              throw things[Number(path)];
            },
          },
        },
        [observer],
      );

      for (const index of things.keys()) {
        await resource.subscribeStream({ path: String(index) }).catch(isConnect);
      }

      assert.deepEqual(
        observer.seen.map(({ outcome }) => `${outcome.status} ${outcome.source}`),
        [
          "error plugin",
          "error plugin",
          "error plugin",
          "error plugin",
          "error downstream",
          "cancelled downstream",
          "error downstream",
        ],
      );
    });
  });
}

test("a classifier of sources that throws leaves the source to the plugin", async (t) => {
  const observer = collector();
  const plugin = implement(v2, {
    diagnostics: {
      checkHealth: () => {
        throw new Error("no");
      },
    },
  });
  const { services } = observeHandlers(plugin, [observer], { sourceOf: refuse });
  const { connection } = await connectedPair(t, services);

  await createClient(v2.services.diagnostics, connection.transport).checkHealth({}).catch(isConnect);

  assert.equal(observer.seen[0]?.outcome.source, "plugin");
});

test("reading the metrics is not observed", async (t) => {
  const observer = collector();
  const plugin = implement(v2, { diagnostics: { collectMetrics: () => ({}) } });
  const { services } = observeHandlers(plugin, [observer]);
  const { connection } = await connectedPair(t, services);

  await createClient(v2.services.diagnostics, connection.transport).collectMetrics({});

  assert.deepEqual(observer.seen, []);
});

function refuse(): never {
  throw new Error("not at all");
}

function isConnect(reason: unknown): void {
  assert.ok(reason instanceof ConnectError, String(reason));
}

async function drain(messages: AsyncIterable<unknown>): Promise<void> {
  for await (const _message of messages) {
    // Only the end matters.
  }
}

for (const [name, runIn] of Object.entries({
  "throws before the handler": () => {
    throw new Error("runIn");
  },
  "throws after it": (_state: unknown, run: () => unknown) => {
    run();
    throw new Error("runIn");
  },
  "never runs it": () => undefined,
  "runs it twice and returns nothing": (_state: unknown, run: () => unknown) => {
    run();
    run();
  },
})) {
  test(`an observer whose runIn ${name} does not change the call`, async () => {
    let calls = 0;
    const plugin = implement(v2, {
      diagnostics: {
        checkHealth: () => {
          calls++;
          return { message: "ready" };
        },
      },
    });
    const observer = { onBegin: () => "state", runIn: runIn as never, onEnd: () => {} };
    const [served] = observeHandlers(plugin, [observer]).services.filter(
      ({ implementation }) => implementation["checkHealth"] !== undefined,
    );
    const handler = served?.implementation["checkHealth"] as unknown as (...given: unknown[]) => unknown;

    const answer = await handler({}, { requestHeader: new Headers(), signal: new AbortController().signal });

    assert.deepEqual(answer, { message: "ready" });
    assert.equal(calls, 1);
  });
}
