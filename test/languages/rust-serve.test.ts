import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { parseHandshakeLine } from "grafana-plugin-protocol/go-plugin";
import { v1 } from "grafana-plugin-protocol/v1";
import { buildRust, rust } from "../../scripts/languages/rust.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { runProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import { textOf } from "../interop/case.ts";
import { launchExample } from "./example-plugin.ts";
import { oddLauncher } from "./odd-launcher.ts";
import { whySkipped } from "./why-skipped.ts";

const skip = await whySkipped(rust);
if (skip === false) await rust.install();
const odd =
  skip === false
    ? await buildRust(join(import.meta.dirname, "rust"), "odd_plugin")
    : { command: "", args: [] };
const fromHost = { grafana_plugin_type: "datasource", PLUGIN_PROTOCOL_VERSIONS: "2" };

const launchOdd = oddLauncher(odd);

test("Rust plugin: a handler may print more than a pipe holds, and the host gets the end of it", {
  skip,
}, async (t) => {
  const pieces: Uint8Array[] = [];
  const { ask } = await launchOdd(t, (data) => pieces.push(data));

  assert.equal(await ask("print"), "done");

  await until("the last line has come", () => textOf(Buffer.concat(pieces)).includes("019999 "));
});

test("Rust plugin: a handler that panics fails its call, is logged, and the plugin goes on", {
  skip,
}, async (t) => {
  const { plugin, ask } = await launchOdd(t);

  await rejectsWithConnectError(ask("panic"), Code.Unknown);

  await until("it is logged", () =>
    plugin.log.some(({ level, message }) => level === "error" && message.includes("no luck")),
  );
  assert.equal(await ask("else"), "done");
});

test("Rust plugin: what it logs comes with level and fields, however odd", { skip }, async (t) => {
  const { plugin, ask } = await launchOdd(t);

  await ask("log");

  await until("the last record has come", () => plugin.log.some(({ message }) => message === "last"));
  const records = plugin.log.filter(({ module }) => module === "odd_plugin");
  assert.deepEqual(
    records.map(({ level, message, source }) => [level, message.slice(0, 15), source]),
    [
      ["warn", 'with "fields"\n\0', "stderr"],
      ["error", "ä".repeat(15), "stderr"],
      ["info", "last", "stderr"],
    ],
  );
  const { refId, count, share, is_it } = records[0]?.fields ?? {};
  assert.deepEqual([refId, count, share, is_it], ["A", 2, 0.5, true]);
  assert.deepEqual([records[1]?.message.length, String(records[1]?.fields["field"]).length], [4000, 4000]);
});

test("Rust plugin: it ends with exit code 0 also while a handler hangs", { skip }, async (t) => {
  const { plugin, ask } = await launchOdd(t);
  const call = ask("hang");
  call.catch(() => {});
  await until("it hangs", () => plugin.log.some(({ message }) => message === "hangs now"));

  await plugin.close({ graceMs: 60_000 });

  assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
});

test("Rust plugin: one with a renderer takes the renderer's cookie", { skip }, async (t) => {
  const plugin = await launchExample(t, odd, [v1], {
    cookie: { key: "grafana_plugin_type", values: ["renderer"] },
  });

  assert.equal((await plugin.renderer.render({ url: "x" })).error, "rendered x");
});

test("Rust plugin: over TCP it takes the first free port of the host's range", { skip }, async (t) => {
  await privateTmp(t);
  const start = (range: Record<string, string>) =>
    runProgram(t, odd.command, ["tcp"], { ...fromHost, ...range });
  const first = start({ PLUGIN_MIN_PORT: "0", PLUGIN_MAX_PORT: "0" });
  const { address } = parseHandshakeLine(await first.firstLine());
  const port = address.split(":")[1] ?? "";

  const busy = start({ PLUGIN_MIN_PORT: port, PLUGIN_MAX_PORT: port });
  const broken = start({ PLUGIN_MIN_PORT: "many", PLUGIN_MAX_PORT: "more" });

  assert.deepEqual(await busy.ended, { code: 1, signal: null });
  assert.match(busy.stderr(), /^plugin cannot start: every port from \d+ to \d+ is in use.*\n/);
  assert.deepEqual(await broken.ended, { code: 1, signal: null });
  assert.match(broken.stderr(), /^plugin cannot start: expected a port in PLUGIN_MIN_PORT, got "many"\n/);
  process.kill(first.pid, "SIGTERM");
  assert.deepEqual(await first.ended, { code: 0, signal: null });
  assert.equal(first.stderr().trimEnd().split("\n").at(-1), "served", "serve has returned");
});

for (const [how, reason] of [
  ["none", /expected a major/],
  ["twice", /expected each major once, got 2 twice/],
] as const) {
  test(`Rust plugin: a mistake in the program is a panic: ${how}`, { skip }, async (t) => {
    await privateTmp(t);
    const program = runProgram(t, odd.command, [how], fromHost);

    assert.deepEqual(await program.ended, { code: 101, signal: null });
    assert.match(program.stderr(), reason);
    assert.equal(program.stdout(), "");
  });
}
