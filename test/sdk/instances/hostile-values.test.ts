import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Code } from "grafana-plugin-protocol";
import { createInstances, dataSource } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { CheckHealthResponse_HealthStatus as Status, v2 } from "grafana-plugin-protocol/v2";
import { dataSourceContext } from "../../helpers/plugin-context.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";
import { until } from "../../helpers/until.ts";

/** Every operation on it throws, those of `instanceof` and `in` too. */
function hostile(): never {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy as never;
}

const silent = { onLog: () => {} };

suite("values that throw when they are looked at", () => {
  for (const [name, create] of [
    ["at once", () => throwIt(hostile())],
    ["later", () => Promise.reject(hostile())],
  ] as const) {
    test(`a creation that fails ${name} with one fails the call, and each later one with the same error`, async () => {
      const plugin = dataSource({ create, health: () => ({ status: "ok" }) });
      const { diagnostics } = createInMemoryPlugin(v2, plugin.implementation, silent);

      const results = [];
      for (let index = 0; index < 2; index++) {
        results.push(await diagnostics.checkHealth({ pluginContext: dataSourceContext() }));
      }

      for (const { status, message } of results) {
        assert.equal(status, Status.ERROR);
        assert.equal(message, "a value of type object that has no text");
      }
    });
  }

  test("an answer that is one does not keep its instance in use", async () => {
    let disposed = 0;
    const plugin = dataSource({
      create: () => ({ close: () => void disposed++ }),
      health: hostile,
      queries: { "": { run: hostile } },
      resources: hostile,
    });
    const client = createInMemoryPlugin(v2, plugin.implementation, silent);
    const pluginContext = dataSourceContext();

    const health = await client.diagnostics.checkHealth({ pluginContext });
    const { responses } = await client.data.queryData({ pluginContext, queries: [{ refId: "A" }] });
    const resource = client.resource.callResource({ pluginContext, path: "x" })[Symbol.asyncIterator]();
    await rejectsWithConnectError(resource.next(), Code.Unknown);
    await plugin.close();

    assert.equal(health.status, Status.ERROR);
    assert.equal(responses["A"]?.status, 500);
    assert.equal(disposed, 1);
  });
});

function throwIt(value: unknown): never {
  throw value;
}

test("an instance does not keep the request for which it was created in memory", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  const instances = createInstances({ create: ({ log }) => ({ log }) });
  let bytes: WeakRef<ArrayBufferLike> | undefined;
  const plugin = createInMemoryPlugin(
    v2,
    {
      diagnostics: {
        checkHealth: (request, context) => {
          const { jsonData } = request.pluginContext?.dataSourceInstanceSettings ?? assert.fail();
          bytes = new WeakRef(jsonData.buffer);
          return instances.use(request, context, () => ({ message: "used" }));
        },
      },
    },
    silent,
  );

  await plugin.diagnostics.checkHealth({ pluginContext: dataSourceContext() });

  await until("the bytes of the request are collected", () => {
    collectGarbage();
    return bytes?.deref() === undefined;
  });
  assert.equal(instances.active, 1);
});

test("a callback that throws or rejects ends neither a creation nor the process", async () => {
  const uncaught: unknown[] = [];
  const onUncaught = (reason: unknown) => uncaught.push(reason);
  process.on("uncaughtException", onUncaught);
  let count = 0;
  const plugin = dataSource({
    create: () => "made",
    onActive: () => {
      if (count++ === 0) throw new Error("at once");
      return Promise.reject(hostile());
    },
    health: ({ instance }) => ({ status: "ok", message: instance }),
  });
  const { diagnostics } = createInMemoryPlugin(v2, plugin.implementation, silent);

  const { message } = await diagnostics.checkHealth({ pluginContext: dataSourceContext() });
  await plugin.close();
  await new Promise((resolve) => setTimeout(resolve));
  await new Promise((resolve) => setTimeout(resolve));
  process.off("uncaughtException", onUncaught);

  assert.equal(message, "made");
  assert.equal(count, 2);
  assert.deepEqual(uncaught, []);
});
