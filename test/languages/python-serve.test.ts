import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { parseHandshakeLine } from "grafana-plugin-protocol/go-plugin";
import { v1 } from "grafana-plugin-protocol/v1";
import { joinSource, packageFromSource, python, pythonWithTools } from "../../scripts/languages/python.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { runProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import { collect, textOf } from "../interop/case.ts";
import { launchExample } from "./example-plugin.ts";
import { oddLauncher } from "./odd-launcher.ts";
import { whySkipped } from "./why-skipped.ts";

const skip = await whySkipped(python);
const command = skip === false ? await pythonWithTools() : "";
if (skip === false) await joinSource();
const odd = { command, args: [join(import.meta.dirname, "python", "odd_plugin.py")] };

const launchOdd = oddLauncher(odd, packageFromSource());

test("Python plugin: a handler may print more than a pipe holds, and the host gets the end of it", {
  skip,
}, async (t) => {
  const pieces: Uint8Array[] = [];
  const { ask } = await launchOdd(t, (data) => pieces.push(data));

  assert.equal(await ask("print"), "done");

  await until("the last line has come", () => textOf(Buffer.concat(pieces)).includes("019999 "));
  assert.equal(await ask("print-bytes"), "done");
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  await until("every byte has come", () => Buffer.concat(pieces).indexOf(all) >= 0);
});

test("Python plugin: an exception in a handler fails its call, is logged, and the plugin goes on", {
  skip,
}, async (t) => {
  const { plugin, ask } = await launchOdd(t);

  const error = await rejectsWithConnectError(ask("raise"), Code.Unknown);

  assert.match(error.message, /ValueError.*no luck/);
  await until("it is logged", () =>
    plugin.log.some(({ level, fields }) => level === "error" && String(fields["error"]).includes("no luck")),
  );
  assert.equal(await ask("else"), "done");
});

test("Python plugin: what it logs comes with level, logger and fields, however odd", { skip }, async (t) => {
  const { plugin, ask } = await launchOdd(t);

  await ask("log");

  await until("the last record has come", () =>
    plugin.log.some(({ message }) => message.startsWith("wrong %d")),
  );
  const records = plugin.log.filter(({ module }) => module === "odd");
  assert.deepEqual(
    records.map(({ level, source, message }) => [level, source, message.slice(0, 20)]),
    [
      ["warn", "stderr", "with fields and text"],
      ["info", "stderr", "x".repeat(20)],
      ["info", "stderr", "wrong %d (%d format:"],
    ],
  );
  const { refId, count, nan } = records[0]?.fields ?? {};
  assert.deepEqual([refId, count, nan], ["A", 2, "nan"]);
  assert.deepEqual(
    plugin.log.filter(({ message }) => message.includes("too low")),
    [],
  );
});

test("Python plugin: plain functions answer in threads", { skip }, async (t) => {
  const { plugin } = await launchOdd(t);

  const { data } = await plugin.stream.subscribeStream({ path: "x" });
  const packets = await collect(plugin.stream.runStream({ path: "x" }));

  assert.match(textOf(data), /^ThreadPoolExecutor/);
  assert.equal(packets.length, 3);
});

for (const path of ["hang", "stuck", "thread"]) {
  test(`Python plugin: it ends with exit code 0 also after a handler with ${path}`, { skip }, async (t) => {
    const { plugin, ask } = await launchOdd(t);
    const call = ask(path);
    call.catch(() => {});
    if (path === "stuck")
      await until("it is stuck", () => plugin.log.some(({ message }) => message === "stuck now"));
    else if (path === "thread") await call;
    else assert.equal(await ask("else"), "done");

    // Nothing else would end one whose event loop is stuck: Shutdown cannot be answered.
    if (path === "stuck") process.kill(plugin.process.pid, "SIGTERM");
    else await plugin.close({ graceMs: 60_000 });

    assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
  });
}

test("Python plugin: sys.exit in a handler fails its call, and the plugin goes on", { skip }, async (t) => {
  const { ask } = await launchOdd(t);

  await rejectsWithConnectError(ask("exit"), Code.Unknown);

  assert.equal(await ask("else"), "done");
});

test("Python plugin: one with a renderer takes the renderer's cookie", { skip }, async (t) => {
  const plugin = await launchExample(t, odd, [v1], {
    env: packageFromSource(),
    cookie: { key: "grafana_plugin_type", values: ["renderer"] },
  });

  assert.equal((await plugin.renderer.render({ url: "x" })).error, "rendered x");
});

test("Python plugin: over TCP it takes the first free port of the host's range", { skip }, async (t) => {
  await privateTmp(t);
  const env = { ...packageFromSource(), grafana_plugin_type: "datasource", PLUGIN_PROTOCOL_VERSIONS: "2" };
  const start = (range: Record<string, string>) =>
    runProgram(t, odd.command, [...odd.args, "tcp"], { ...env, ...range });
  const first = start({ PLUGIN_MIN_PORT: "0", PLUGIN_MAX_PORT: "0" });
  const { address } = parseHandshakeLine(await first.firstLine());
  const port = Number(address.split(":")[1]);

  const busy = start({ PLUGIN_MIN_PORT: String(port), PLUGIN_MAX_PORT: String(port) });
  const broken = start({ PLUGIN_MIN_PORT: "many", PLUGIN_MAX_PORT: "more" });

  assert.deepEqual(await busy.ended, { code: 1, signal: null });
  assert.match(busy.stderr(), /^plugin cannot start: every port from \d+ to \d+ is in use.*\n$/);
  assert.deepEqual(await broken.ended, { code: 1, signal: null });
  assert.match(broken.stderr(), /^plugin cannot start: expected ports in PLUGIN_MIN_PORT.*'many'.*\n$/);
  process.kill(first.pid, "SIGTERM");
  assert.deepEqual(await first.ended, { code: 0, signal: null });
  assert.equal(first.stderr().trimEnd().split("\n").at(-1), "served", "serve has returned");
});
