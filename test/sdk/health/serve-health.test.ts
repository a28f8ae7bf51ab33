import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "grafana-plugin-protocol";
import { createInstances, type HealthResult, serveHealth } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { CheckHealthResponse_HealthStatus as Status, v2 } from "grafana-plugin-protocol/v2";
import { z } from "zod";
import { dataSourceContext } from "../../helpers/plugin-context.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";
import { until } from "../../helpers/until.ts";

async function check(diagnostics: ReturnType<typeof serveHealth>) {
  const plugin = createInMemoryPlugin(v2, { diagnostics });
  const { status, message, jsonDetails } = await plugin.diagnostics.checkHealth({
    pluginContext: dataSourceContext(),
  });
  const text = new TextDecoder().decode(jsonDetails);
  return { status, message, details: text === "" ? undefined : JSON.parse(text) };
}

test("a health result has its status, message and details", async () => {
  const instances = createInstances({ create: () => 7 });

  const ok = await check(
    serveHealth(
      ({ instance }) => ({ status: "ok", message: `${instance} rows`, details: { rows: instance } }),
      {
        instances,
      },
    ),
  );
  const unknown = await check(serveHealth(async () => ({ status: "unknown" })));
  const error = await check(serveHealth(() => ({ status: "error", message: "no" })));

  assert.deepEqual(ok, { status: Status.OK, message: "7 rows", details: { rows: 7 } });
  assert.deepEqual(unknown, { status: Status.UNKNOWN, message: "", details: undefined });
  assert.deepEqual(error, { status: Status.ERROR, message: "no", details: undefined });
});

for (const [name, thrown, message] of [
  ["an error", new Error("cannot connect"), "cannot connect"],
  [
    "an error without a message",
    Object.assign(new Error("x"), { message: "" }),
    "the health check failed without a message",
  ],
  ["a text", "away", "away"],
] as const) {
  test(`a health check that throws ${name} has the status ERROR with its message`, async () => {
    const result = await check(
      serveHealth(() => {
        throw thrown;
      }),
    );

    assert.deepEqual(result, { status: Status.ERROR, message, details: undefined });
  });
}

test("a health check logs what may be a defect, and not a server that is away", async (t) => {
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const logged: string[] = [];
  t.mock.method(process.stderr, "write", (line: string) => logged.push(line) > 0);

  for (const thrown of [new TypeError("fetch failed", { cause: refused }), new TypeError("x is undefined")]) {
    const { status } = await check(serveHealth(() => Promise.reject(thrown)));
    assert.equal(status, Status.ERROR);
  }

  t.mock.restoreAll();
  assert.equal(logged.length, 1, logged.join(""));
  assert.match(logged[0] ?? "", /the health check failed.*x is undefined/);
});

test("an instance that cannot be created is the status ERROR, not a failed call", async () => {
  const health = () => ({ status: "ok" }) as const;
  const failing = createInstances({
    create: () => {
      throw new Error("wrong password");
    },
  });
  const unset = createInstances({ secrets: z.object({ token: z.string() }) });

  assert.deepEqual(await check(serveHealth(health, { instances: failing })), {
    status: Status.ERROR,
    message: "wrong password",
    details: undefined,
  });
  assert.deepEqual(await check(serveHealth(health, { instances: unset })), {
    status: Status.ERROR,
    message: 'the secrets of data source "Sales": token is missing: set it',
    details: undefined,
  });
});

for (const [result, expected] of [
  [undefined, /expected \{ status: "ok" \| "error" \| "unknown" \}/],
  [{ status: "fine" }, /got the status "fine"/],
  [{ status: "ok", details: [1] }, /expected an object as details, got a list/],
] as const) {
  test(`a health check that returns ${JSON.stringify(result)} has the status ERROR and says why`, async () => {
    const { status, message } = await check(serveHealth(() => result as unknown as HealthResult));

    assert.equal(status, Status.ERROR);
    assert.match(message, expected);
  });
}

test("a health check that was cancelled is a cancelled call", async () => {
  const controller = new AbortController();
  let isRunning = false;
  const plugin = createInMemoryPlugin(v2, {
    diagnostics: serveHealth(async ({ signal }) => {
      isRunning = true;
      await until("it is cancelled", () => signal.aborted);
      throw signal.reason;
    }),
  });

  const call = plugin.diagnostics.checkHealth({}, { signal: controller.signal });
  void until("it runs", () => isRunning).then(() => controller.abort());

  await rejectsWithConnectError(call, Code.Canceled);
});
