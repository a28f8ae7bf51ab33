import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code } from "grafana-plugin-protocol";
import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { appPlugin, dataSource, downstream, type HandlerCall } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import {
  decodeQueryData,
  errorSourceOf,
  CheckHealthResponse_HealthStatus as HealthStatus,
  v2,
} from "grafana-plugin-protocol/v2";
import { Hono } from "hono";
import { z } from "zod";
import { dataSourceContext, jsonBytes } from "../helpers/plugin-context.ts";
import { rejectionOf, rejectsWithConnectError } from "../helpers/rejection.ts";
import { until } from "../helpers/until.ts";
import { collect } from "../interop/case.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const value = (number: number) => createFrame({ fields: [createField("n", "int32", [number])] });

suite("a data source made of its parts", () => {
  const disposed: string[] = [];
  const makePlugin = () =>
    dataSource({
      settings: z.object({ path: z.string() }),
      secrets: z.object({ token: z.string() }),
      create: ({ settings }) => `${settings.jsonData.path} ${settings.secureJsonData.token.length}`,
      dispose: (instance) => disposed.push(instance),
      queries: {
        length: { model: z.object({ expr: z.string() }), run: ({ model }) => value(model.expr.length) },
        "": { run: (_, { instance }) => value(instance.length) },
      },
      health: ({ instance }) => ({ status: "ok", message: instance }),
      resources: async (request, { instance, settings }) =>
        Response.json({ path: new URL(request.url).pathname, instance, name: settings.name }),
      streams: {
        "ticks/:unit": {
          *run({ params }, { instance }) {
            yield { unit: params.unit, instance };
          },
        },
      },
      metrics: { metrics: () => "up 1\n" },
      admission: { validate: () => ({ warnings: ["checked"] }) },
      conversion: ({ objects }) => objects,
      migrateQueries: (queries) => queries.map(({ refId }) => ({ refId, expr: "" })),
    });
  const pluginContext = dataSourceContext({ jsonData: { path: "/a" }, secrets: { token: "secret" } });

  test("each part answers its call, all with one instance", async () => {
    const made = makePlugin();
    const plugin = createInMemoryPlugin(v2, made.implementation);

    const queries = [
      { refId: "A", queryType: "length", json: jsonBytes({ expr: "up" }) },
      { refId: "B", json: jsonBytes({}) },
    ];
    const results = await decodeQueryData(await plugin.data.queryData({ pluginContext, queries }));
    const health = await plugin.diagnostics.checkHealth({ pluginContext });
    const metrics = await plugin.diagnostics.collectMetrics({});
    const [packet] = await collect(plugin.stream.runStream({ pluginContext, path: "ticks/ms" }));
    const [answer] = await collect(
      plugin.resource.callResource({ pluginContext, path: "a/b", url: "a/b", method: "GET" }),
    );
    const validation = await plugin.admission.validateAdmission({});
    const migrated = await plugin.conversion.convertObjects({
      objects: [{ raw: jsonBytes({ queries: [{ refId: "A" }] }), contentType: "application/json" }],
    });

    assert.equal(results.get("A")?.frames[0]?.fields[0]?.get(0), 2);
    assert.equal(results.get("B")?.frames[0]?.fields[0]?.get(0), "/a 6".length);
    assert.deepEqual([health.status, health.message], [HealthStatus.OK, "/a 6"]);
    assert.equal(text(metrics.metrics?.prometheus ?? new Uint8Array()), "up 1\n");
    assert.deepEqual(JSON.parse(text(packet?.data ?? new Uint8Array())), {
      unit: "ms",
      instance: "/a 6",
    });
    assert.equal(answer?.code, 200);
    assert.deepEqual(JSON.parse(text(answer?.body ?? new Uint8Array())), {
      path: "/a/b",
      instance: "/a 6",
      name: "Sales",
    });
    assert.deepEqual(validation.warnings, ["checked"]);
    assert.deepEqual(JSON.parse(text(migrated.objects[0]?.raw ?? new Uint8Array())), {
      refId: "A",
      expr: "",
    });
    assert.equal(made.instances.active, 1);
    await made.close();
    assert.deepEqual(disposed.splice(0), ["/a 6"]);
  });

  test("a secret that is missing is the answer of each call in its own form", async () => {
    const plugin = createInMemoryPlugin(v2, makePlugin().implementation, { onLog: () => {} });
    const request = { pluginContext: dataSourceContext({ jsonData: { path: "/a" } }) };
    const message = 'the secrets of data source "Sales": token is missing: set it';

    const results = await decodeQueryData(
      await plugin.data.queryData({ ...request, queries: [{ refId: "A" }, { refId: "B" }] }),
    );
    const health = await plugin.diagnostics.checkHealth(request);
    const stream = await rejectionOf(
      plugin.stream
        .runStream({ ...request, path: "ticks/ms" })
        [Symbol.asyncIterator]()
        .next(),
    );

    assert.deepEqual(
      [...results.values()].map(({ error }) => [error?.message, error?.status, error?.errorSource]),
      Array(2).fill([message, 400, "downstream"]),
    );
    assert.deepEqual([health.status, health.message], [HealthStatus.ERROR, message]);
    assert.match(String(stream), /token is missing/);
    assert.equal(errorSourceOf(stream), "downstream");
  });

  test("a part that is left out answers UNIMPLEMENTED", async () => {
    const plugin = createInMemoryPlugin(
      v2,
      dataSource({ queries: { "": { run: () => value(1) } } }).implementation,
    );

    await rejectsWithConnectError(plugin.diagnostics.checkHealth({}), Code.Unimplemented);
    await rejectsWithConnectError(plugin.stream.publishStream({}), Code.Unimplemented);
    await rejectsWithConnectError(plugin.conversion.convertObjects({}), Code.Unimplemented);
  });

  test("a query that fails because of another service says so", async () => {
    const plugin = createInMemoryPlugin(
      v2,
      dataSource({
        queries: {
          marked: {
            run: () => {
              throw downstream(new Error("away"));
            },
          },
          refused: {
            run: () => {
              throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
            },
          },
        },
      }).implementation,
      { onLog: () => {} },
    );

    const response = await plugin.data.queryData({
      pluginContext,
      queries: [
        { refId: "A", queryType: "marked" },
        { refId: "B", queryType: "refused" },
      ],
    });

    assert.deepEqual(
      Object.values(response.responses).map(({ errorSource }) => errorSource),
      ["downstream", "downstream"],
    );
  });

  test("a plugin can be disposed with await using", async () => {
    disposed.length = 0;
    {
      await using made = makePlugin();
      const plugin = createInMemoryPlugin(v2, made.implementation);
      await plugin.diagnostics.checkHealth({ pluginContext });
    }

    assert.deepEqual(disposed, ["/a 6"]);
  });
});

suite("resources with an instance", () => {
  type Env = { Bindings: HandlerCall<string, unknown> };
  const pluginContext = dataSourceContext();

  test("a router for Fetch receives the call as its environment", async () => {
    const app = new Hono<Env>().get("/hello/:name", (c) =>
      c.text(`${c.env.instance} greets ${c.req.param("name")}`),
    );
    const made = dataSource({
      create: ({ settings }) => settings.name,
      resources: (request, call) => app.fetch(request, call),
    });
    const plugin = createInMemoryPlugin(v2, made.implementation);

    const [answer] = await collect(
      plugin.resource.callResource({ pluginContext, path: "hello/ada", url: "hello/ada", method: "GET" }),
    );

    assert.equal(text(answer?.body ?? new Uint8Array()), "Sales greets ada");
    await made.close();
    assert.equal(made.instances.active, 0);
  });

  test("the instance is in use until the last part of a body is sent", async () => {
    const events: string[] = [];
    const gate = Promise.withResolvers<void>();
    const made = dataSource({
      create: () => "x",
      dispose: () => events.push("disposed"),
      resources: () =>
        new Response(
          new ReadableStream({
            async start(controller) {
              controller.enqueue(new TextEncoder().encode("one"));
              await gate.promise;
              events.push("last part");
              controller.enqueue(new TextEncoder().encode("two"));
              controller.close();
            },
          }),
        ),
    });
    const plugin = createInMemoryPlugin(v2, made.implementation);

    const messages = plugin.resource
      .callResource({ pluginContext, path: "", method: "GET" })
      [Symbol.asyncIterator]();
    await messages.next();
    const closing = made.close();
    gate.resolve();
    while ((await messages.next()).done !== true);
    await closing;

    assert.deepEqual(events, ["last part", "disposed"]);
  });

  test("a handler that never answers ends with the call, and holds its instance until it has ended", async () => {
    const gate = Promise.withResolvers<Response>();
    const disposed: string[] = [];
    let isRunning = false;
    const made = dataSource({
      create: () => "x",
      dispose: (name) => disposed.push(name),
      resources: () => {
        isRunning = true;
        return gate.promise;
      },
    });
    const plugin = createInMemoryPlugin(v2, made.implementation);
    const controller = new AbortController();

    const answer = rejectionOf(
      collect(
        plugin.resource.callResource(
          { pluginContext, path: "", method: "GET" },
          { signal: controller.signal },
        ),
      ),
    );
    await until("it runs", () => isRunning);
    controller.abort();
    assert.ok((await answer) instanceof Error);
    const closing = made.close();
    assert.deepEqual(disposed, []);
    gate.resolve(new Response());
    await closing;

    assert.deepEqual(disposed, ["x"]);
  });

  test("a host that leaves while the instance is created runs no handler, and leaves no use of it", async () => {
    const gate = Promise.withResolvers<string>();
    const controller = new AbortController();
    let created = 0;
    let runs = 0;
    const made = dataSource({
      create: () => {
        created++;
        return gate.promise;
      },
      resources: () => {
        runs++;
        return new Response();
      },
    });
    const plugin = createInMemoryPlugin(v2, made.implementation);

    const answer = rejectionOf(
      collect(
        plugin.resource.callResource(
          { pluginContext, path: "", method: "GET" },
          { signal: controller.signal },
        ),
      ),
    );
    await until("it is being created", () => created === 1);
    controller.abort();
    assert.ok((await answer) instanceof Error);
    gate.resolve("x");
    await made.close();

    assert.equal(runs, 0);
    assert.equal(made.instances.active, 0);
  });
});

test("an app plugin has the instance of its organisation", async () => {
  const made = appPlugin({
    settings: z.object({ url: z.string() }),
    create: ({ settings }) => settings.jsonData.url,
    health: ({ instance }) => ({ status: "ok", message: instance }),
    resources: (_, { instance }) => ({ body: instance }),
  });
  const plugin = createInMemoryPlugin(v2, made.implementation);
  const pluginContext = {
    pluginId: "app",
    appInstanceSettings: { jsonData: jsonBytes({ url: "http://a" }) },
  };

  const health = await plugin.diagnostics.checkHealth({ pluginContext });
  const [answer] = await collect(plugin.resource.callResource({ pluginContext, path: "", method: "GET" }));

  assert.equal(health.message, "http://a");
  assert.equal(text(answer?.body ?? new Uint8Array()), "http://a");
  await made.close();
});

test("options of a data source that are wrong are refused where it is made", () => {
  for (const [options, expected] of [
    [{ queries: { a: {} } }, /queries\["a"\]\.run must be a function/],
    [{ concurrency: 0, queries: {} }, /concurrency/],
    [{ health: 1 }, /health must be a function/],
    [{ resources: {} }, /resources must be a function/],
    [{ streams: { "/a": {} } }, /streams\["\/a"\]/],
    [{ metrics: {} }, /metrics/],
    [{ idleMs: 0 }, /idleMs/],
  ] as const) {
    assert.throws(() => dataSource(options as never), expected);
  }
});
