import assert from "node:assert/strict";
import { test } from "node:test";
import { fixturePlugin, launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { until } from "../helpers/until.ts";

test("what a plugin writes", async (t) => {
  await privateTmp(t);
  const plugin = await launchFixture(t);

  await t.test("what a plugin writes to stderr becomes log records with level and fields", async () => {
    await plugin.ask("log", '{"@level":"warn","@message":"slow","@module":"db","ms":12}');
    await plugin.ask("log", "[ERROR] broken");
    await plugin.ask("log", "plain");
    await plugin.untilLogged("plain");

    assert.deepEqual(plugin.log, [
      {
        level: "warn",
        message: "slow",
        time: undefined,
        module: "db",
        caller: undefined,
        fields: { ms: 12 },
        source: "stderr",
      },
      { level: "error", message: "broken", fields: {}, source: "stderr" },
      { level: "debug", message: "plain", fields: {}, source: "stderr" },
    ]);
  });

  await t.test("what a plugin writes with console.log is a log record, too", async () => {
    await plugin.ask("print", "printed");
    await plugin.untilLogged("printed");

    assert.equal(plugin.log.at(-1)?.source, "stdio");
  });

  await t.test("what a plugin writes as a line of 64 KiB arrives whole", async () => {
    await plugin.ask("long-line", "65536");

    await plugin.untilLogged("x".repeat(65_536));
  });

  for (const stream of ["stdout", "stderr"] as const) {
    await t.test(`what a plugin writes to ${stream} is drained, however much it is`, async () => {
      const line = "x".repeat(99);
      const countLines = (): number =>
        plugin.log.filter(({ source, message }) => source === stream && message === line).length;

      assert.equal(await plugin.ask(`flood-${stream}`, "5000000"), "done");

      await until("all lines have come", () => countLines() === 50_000);
    });
  }
});

test("what a plugin prints to stdout right after its handshake line becomes log records", async (t) => {
  await privateTmp(t);
  const plugin = await launchFixture(t, fixturePlugin("--chatty"));

  await plugin.untilLogged("from stdout");

  assert.deepEqual(
    plugin.log.filter(({ source }) => source === "stdout"),
    ["hello", "from stdout"].map((message) => ({ level: "debug", message, fields: {}, source: "stdout" })),
  );
  assert.equal((await plugin.data.queryData({})).responses["A"]?.status, 200);
});

test("a line that is too long arrives in pieces", async (t) => {
  await privateTmp(t);
  const plugin = await launchFixture(t, { limits: { maxLogLineBytes: 1000 } });

  await plugin.ask("long-line", "2500");
  await plugin.ask("log", "after");
  await plugin.untilLogged("after");

  assert.deepEqual(
    plugin.log.map(({ message }) => message.length),
    [1000, 1000, 500, 5],
  );
});
