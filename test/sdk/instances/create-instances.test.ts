import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { HandlerContext } from "@connectrpc/connect";
import { Code } from "grafana-plugin-protocol";
import { createAppInstances, createInstances, type Instances } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { QueryError, v2 } from "grafana-plugin-protocol/v2";
import { z } from "zod";
import { dataSourceContext } from "../../helpers/plugin-context.ts";
import { rejectionOf, rejectsWithConnectError } from "../../helpers/rejection.ts";
import { until } from "../../helpers/until.ts";

type Context = ReturnType<typeof dataSourceContext>;

/** A plugin whose health check uses an instance; `check` decides what it does with it. */
function pluginOf<I>(
  instances: Instances<I, unknown>,
  check: (instance: I, context: HandlerContext) => unknown,
) {
  let begun = 0;
  const plugin = createInMemoryPlugin(
    v2,
    {
      diagnostics: {
        checkHealth: (request, context) => {
          const answer = instances.use(request, context, async ({ instance }) => ({
            message: String(await check(instance, context)),
          }));
          begun++;
          return answer;
        },
      },
    },
    { onLog: () => {} },
  );
  return {
    /** Calls that have asked for their instance. */
    begun: () => begun,
    /** The text of what `check` returned. */
    async call(
      pluginContext: Context = dataSourceContext(),
      options: { readonly signal?: AbortSignal; readonly headers?: HeadersInit } = {},
    ): Promise<string> {
      return (await plugin.diagnostics.checkHealth({ pluginContext }, options)).message;
    },
  };
}

/** Instances that are counted: each is its number, and closes. */
function counted() {
  const disposed: number[] = [];
  let made = 0;
  return {
    disposed,
    made: () => made,
    create: () => {
      const number = ++made;
      return { number, close: () => void disposed.push(number) };
    },
  };
}

const numberOf = ({ number }: { readonly number: number }): number => number;

suite("instances", () => {
  test("an instance is created by the first call and shared by the later ones", async () => {
    const { create, made, disposed } = counted();
    const instances = createInstances({ create });
    const { call } = pluginOf(instances, numberOf);

    assert.equal(made(), 0);
    assert.deepEqual([await call(), await call(), await call()], ["1", "1", "1"]);
    assert.equal(instances.active, 1);
    assert.deepEqual(disposed, []);
  });

  test("calls that come while an instance is created wait for the same one", async () => {
    const gate = Promise.withResolvers<void>();
    let made = 0;
    const instances = createInstances({
      create: async () => {
        await gate.promise;
        return ++made;
      },
    });
    const { call } = pluginOf(instances, (instance) => instance);

    const calls = Array.from({ length: 64 }, () => call());
    gate.resolve();

    assert.deepEqual(await Promise.all(calls), Array(64).fill("1"));
    assert.equal(instances.active, 1);
  });

  test("data source, tenant, namespace and proxy each have an instance of their own", async () => {
    const { create, made } = counted();
    const { call } = pluginOf(createInstances({ create }), numberOf);
    const pem = (bytes: string) =>
      `-----BEGIN PRIVATE KEY-----\n${Buffer.from(bytes).toString("base64")}\n-----END PRIVATE KEY-----\n`;
    const proxied = (bytes: string) =>
      dataSourceContext({ config: { GF_SECURE_SOCKS_DATASOURCE_PROXY_CLIENT_KEY_VAL: pem(bytes) } });

    const callAll = async () => [
      await call(),
      await call(dataSourceContext({ id: 2n })),
      await call(dataSourceContext({ uid: "uid-2" })),
      await call(dataSourceContext(), { headers: { tenantID: "one" } }),
      await call(dataSourceContext(), { headers: { tenantID: "two" } }),
      await call(dataSourceContext({ namespace: "stacks-1" })),
      await call(proxied("secret abc")),
      await call(proxied("secret xyz")),
    ];
    const first = await callAll();

    assert.deepEqual(first.sort(), ["1", "2", "3", "4", "5", "6", "7", "8"]);
    assert.equal(made(), 8);
  });

  for (const [name, changed] of [
    ["the settings were saved again", { lastUpdatedMS: 2n }],
    ["an entry of the configuration is added", { config: { GF_APP_URL: "x", GF_SQL_ROW_LIMIT: "1" } }],
    ["an entry of the configuration changes", { config: { GF_APP_URL: "y" } }],
    ["an entry of the configuration is missing", { config: {} }],
    ["an entry of the configuration has another name", { config: { GF_OTHER: "x" } }],
  ] as const) {
    test(`an instance is replaced when ${name}, and the old one disposed`, async () => {
      const { create, disposed } = counted();
      const instances = createInstances({ create });
      const { call } = pluginOf(instances, numberOf);
      const before = dataSourceContext({ config: { GF_APP_URL: "x" } });

      assert.equal(await call(before), "1");
      assert.equal(await call(dataSourceContext({ config: { GF_APP_URL: "x" }, ...changed })), "2");

      await until("it is disposed", () => disposed.length > 0 && instances.active === 1);
      assert.deepEqual(disposed, [1]);
    });
  }

  test("a replaced instance is disposed when the last call that uses it has ended", async () => {
    const { create, disposed } = counted();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const running: number[] = [];
    const instances = createInstances({ create });
    const { call } = pluginOf(instances, async ({ number }) => {
      running.push(number);
      if (number === 1) await gates[running.length - 1]?.promise;
      return number;
    });

    const slow = [call(), call()];
    await until("both run", () => running.length === 2);
    assert.equal(await call(dataSourceContext({ lastUpdatedMS: 2n })), "2");
    assert.equal(instances.active, 2);
    gates[0]?.resolve();
    await slow[0];
    assert.deepEqual(disposed, []);
    gates[1]?.resolve();

    assert.equal(await slow[1], "1");
    await until("the first is disposed", () => instances.active === 1);
    assert.deepEqual(disposed, [1]);
  });

  test("an instance that nobody uses is disposed after the idle time", async () => {
    const { create, disposed } = counted();
    const instances = createInstances({ create, idleMs: 1 });
    const { call } = pluginOf(instances, numberOf);

    await call();

    await until("it is disposed", () => instances.active === 0);
    assert.deepEqual(disposed, [1]);
    assert.equal(await call(), "2");
  });

  test("above the bound the instance that was used last the longest ago is disposed, one in use later", async () => {
    const { create, disposed } = counted();
    const gate = Promise.withResolvers<void>();
    const instances = createInstances({ create, maxInstances: 2 });
    const { begun, call } = pluginOf(instances, async ({ number }) => {
      if (number === 1) await gate.promise;
      return number;
    });

    const inUse = call(dataSourceContext({ id: 1n }));
    await until("it runs", () => begun() === 1);
    await call(dataSourceContext({ id: 2n }));
    await call(dataSourceContext({ id: 3n }));
    await until("the second is disposed", () => disposed.length === 1);
    assert.deepEqual(disposed, [2]);
    gate.resolve();

    assert.equal(await inUse, "1");
    assert.equal(instances.active, 2);
  });

  test("instances are disposed by dispose, by their own method, or not at all", async () => {
    const seen: string[] = [];
    const kinds: readonly unknown[] = [
      { [Symbol.asyncDispose]: async () => seen.push("async"), close: () => seen.push("wrong") },
      { [Symbol.dispose]: () => seen.push("sync"), close: () => seen.push("wrong") },
      { close: () => seen.push("close") },
      { close: "text" },
      undefined,
      "text",
    ];
    const own = createInstances<unknown>({ create: ({ settings }) => kinds[Number(settings.id)] });
    const given = createInstances({
      create: () => "x",
      dispose: (instance) => seen.push(`given ${instance}`),
    });

    const { call } = pluginOf(own, () => "");
    for (const id of kinds.keys()) await call(dataSourceContext({ id: BigInt(id) }));
    await pluginOf(given, () => "").call();
    await own.close();
    await given.close();

    assert.deepEqual(seen.sort(), ["async", "close", "given x", "sync"]);
    assert.equal(own.active, 0);
  });

  test("an error while an instance is disposed is no error of a call", async () => {
    const instances = createInstances({
      create: () => "x",
      dispose: async () => {
        throw new Error("still busy");
      },
    });
    const { call } = pluginOf(instances, (instance) => instance);

    assert.equal(await call(), "x");
    assert.equal(await call(dataSourceContext({ lastUpdatedMS: 2n })), "x");
    await until("it counts as disposed", () => instances.active === 1);
    await instances.close();

    assert.equal(instances.active, 0);
  });

  test("a disposal that hangs counts as ended after its time, and does not hold up close()", async () => {
    const gate = Promise.withResolvers<void>();
    const instances = createInstances({
      create: () => "x",
      dispose: () => gate.promise,
      disposeTimeoutMs: 1,
    });
    await pluginOf(instances, () => "").call();

    await instances.close();

    assert.equal(instances.active, 0);
    gate.reject(new Error("too late to matter"));
  });

  test("onActive is told the number of instances", async () => {
    const numbers: number[] = [];
    const instances = createInstances({ create: () => "x", onActive: (active) => numbers.push(active) });
    const { call } = pluginOf(instances, () => "");

    await call();
    await call(dataSourceContext({ id: 2n }));
    await instances.close();

    assert.deepEqual(numbers, [1, 2, 1, 0]);
  });

  test("closed instances refuse calls, and close waits for those that run", async () => {
    const { create, disposed } = counted();
    const gate = Promise.withResolvers<void>();
    const instances = createInstances({ create });
    let hasBegun = false;
    const { call } = pluginOf(instances, async ({ number }) => {
      hasBegun = true;
      await gate.promise;
      return number;
    });

    const running = call();
    await until("it runs", () => hasBegun);
    const closing = instances.close();
    const refused = await rejectsWithConnectError(call(), Code.Unknown);
    assert.deepEqual(disposed, []);
    gate.resolve();
    await closing;

    assert.match(refused.rawMessage, /are closed/);
    assert.equal(await running, "1");
    assert.deepEqual(disposed, [1]);
    await instances.close();
  });

  test("an app has an instance for each organisation", async () => {
    let made = 0;
    const instances = createAppInstances({
      settings: z.object({ url: z.string() }),
      create: ({ settings }) => `${++made} ${settings.jsonData.url}`,
    });
    const { call } = pluginOf(instances, (instance) => instance);
    const app = (orgId: bigint, pluginId = "app") => ({
      orgId,
      pluginId,
      appInstanceSettings: { jsonData: new TextEncoder().encode('{"url":"http://a"}') },
    });

    assert.equal(await call(app(1n)), "1 http://a");
    assert.equal(await call(app(2n)), "2 http://a");
    assert.equal(await call(app(1n)), "1 http://a");
    assert.equal(await call(app(1n, "other")), "3 http://a");
  });

  test("a request without settings fails, and says which it needs", async () => {
    const dataSources = pluginOf(createInstances(), () => "");
    const apps = pluginOf(createAppInstances(), () => "");

    const ofDataSource = await rejectsWithConnectError(dataSources.call({}), Code.Unknown);
    const ofApp = await rejectsWithConnectError(apps.call(dataSourceContext()), Code.Unknown);

    assert.match(ofDataSource.rawMessage, /expected data source settings in the request, got none/);
    assert.match(ofApp.rawMessage, /expected app settings in the request, got none/);
  });
});

suite("an instance whose creation fails", () => {
  test("its error reaches each call that waits for it, and later calls try again", async () => {
    const gate = Promise.withResolvers<void>();
    let tries = 0;
    const instances = createInstances({
      create: async () => {
        tries++;
        await gate.promise;
        if (tries === 1) throw new Error("no route to the database");
        return "ready";
      },
      failureMs: 1,
    });
    const { begun, call } = pluginOf(instances, (instance) => instance);

    const calls = [rejectionOf(call()), rejectionOf(call())];
    await until("both wait", () => begun() === 2);
    gate.resolve();
    const failed = await Promise.all(calls);
    await until("a call tries again", async () => (await call().catch(() => "")) === "ready");

    assert.deepEqual(
      failed.map((error) => (error as Error).message),
      Array(2).fill("[unknown] no route to the database"),
    );
    assert.equal(tries, 2);
  });

  test("it is remembered, so that calls do not try again, until the settings change", async () => {
    let tries = 0;
    const instances = createInstances({
      create: () => {
        tries++;
        throw new Error("wrong password");
      },
      failureMs: Number.POSITIVE_INFINITY,
    });
    const { call } = pluginOf(instances, () => "");

    for (let index = 0; index < 5; index++) await rejectionOf(call());
    assert.equal(tries, 1);
    await rejectionOf(call(dataSourceContext({ lastUpdatedMS: 2n })));

    assert.equal(tries, 2);
    assert.equal(instances.active, 0);
  });

  test("with failureMs 0 each call tries again", async () => {
    let tries = 0;
    const instances = createInstances({
      create: () => {
        tries++;
        throw new QueryError("wrong password", { errorSource: "downstream" });
      },
      failureMs: 0,
    });
    const { call } = pluginOf(instances, () => "");

    for (let index = 0; index < 5; index++) await rejectionOf(call());

    assert.equal(tries, 5);
  });

  test("settings that a schema refuses fail the call with the field", async () => {
    const instances = createInstances({ settings: z.object({ path: z.string() }), create: () => "x" });
    const { call } = pluginOf(instances, () => "");

    const failed = await rejectsWithConnectError(call(), Code.Unknown);

    assert.match(failed.rawMessage, /^the settings of data source "Sales": jsonData\.path: /);
  });

  test("a creation that hangs fails after its time, is cancelled, and what comes later is disposed", async () => {
    const gate = Promise.withResolvers<void>();
    const { create, disposed } = counted();
    let signal: AbortSignal | undefined;
    const instances = createInstances({
      create: async (input) => {
        signal = input.signal;
        await gate.promise;
        return create();
      },
      createTimeoutMs: 1,
    });
    const { call } = pluginOf(instances, () => "");

    const failed = await rejectsWithConnectError(call(), Code.Unknown);
    assert.match(failed.rawMessage, /was not created within 1 ms/);
    assert.equal(signal?.aborted, true);
    gate.resolve();

    await until("it is disposed", () => disposed.length === 1);
    assert.equal(instances.active, 0);
  });

  test("a call that gives up leaves the creation to the others; the last one cancels it", async () => {
    const gate = Promise.withResolvers<void>();
    const signals: AbortSignal[] = [];
    const instances = createInstances({
      create: async ({ signal }) => {
        signals.push(signal);
        await gate.promise;
        return "ready";
      },
    });
    const { begun, call } = pluginOf(instances, (instance) => instance);
    const [one, two] = [new AbortController(), new AbortController()];

    const calls = [call(dataSourceContext(), one), call(dataSourceContext(), two)];
    await until("both wait", () => begun() === 2);
    one.abort();
    await rejectsWithConnectError(calls[0] ?? Promise.resolve(), Code.Canceled);
    assert.equal(signals[0]?.aborted, false);
    two.abort();
    await rejectsWithConnectError(calls[1] ?? Promise.resolve(), Code.Canceled);
    await until("the creation is cancelled", () => signals[0]?.aborted === true);
    const later = call();
    gate.resolve();

    assert.equal(await later, "ready");
    assert.equal(signals.length, 2);
  });

  test("settings that change while an instance is created leave the waiting calls theirs, and dispose it then", async () => {
    const gate = Promise.withResolvers<void>();
    const { create, disposed } = counted();
    const instances = createInstances({
      create: async ({ settings }) => {
        const instance = create();
        if (settings.lastUpdated.getTime() === 1) await gate.promise;
        return instance;
      },
    });
    const { begun, call } = pluginOf(instances, numberOf);

    const waiting = call();
    await until("it waits", () => begun() === 1);
    assert.equal(await call(dataSourceContext({ lastUpdatedMS: 2n })), "2");
    gate.resolve();

    assert.equal(await waiting, "1");
    await until("the old one is disposed", () => disposed.length === 1);
    assert.deepEqual(disposed, [1]);
    assert.equal(instances.active, 1);
  });
});

test("options of instances that are wrong are refused", () => {
  for (const [options, expected] of [
    [{ maxInstances: 0 }, /maxInstances/],
    [{ idleMs: -1 }, /idleMs/],
    [{ createTimeoutMs: "1" }, /createTimeoutMs/],
    [{ disposeTimeoutMs: 0 }, /disposeTimeoutMs/],
    [{ failureMs: -1 }, /failureMs/],
    [{ create: "x" }, /create must be a function/],
    [{ dispose: 1 }, /dispose must be a function/],
    [{ onActive: 1 }, /onActive must be a function/],
  ] as const) {
    assert.throws(() => createInstances(options as never), expected);
  }
});
