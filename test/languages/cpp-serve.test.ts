import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { parseHandshakeLine } from "grafana-plugin-protocol/go-plugin";
import { v1 } from "grafana-plugin-protocol/v1";
import { buildProgram, cpp } from "../../scripts/languages/cpp.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { runProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import { textOf } from "../interop/case.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { runHostProgram } from "../interop/run-host-program.ts";
import { launchExample } from "./example-plugin.ts";
import { oddLauncher } from "./odd-launcher.ts";
import { whySkipped } from "./why-skipped.ts";

const skip = await whySkipped(cpp);
if (skip === false) await cpp.install();
const odd =
  skip === false
    ? await buildProgram("odd_plugin", join(import.meta.dirname, "cpp"))
    : { command: "", args: [] };
const go = await buildGoPeers();

const launchOdd = oddLauncher(odd);

test("C++ plugin: a handler may print more than a pipe holds, and the host gets the end of it", {
  skip,
}, async (t) => {
  const pieces: Uint8Array[] = [];
  const { ask } = await launchOdd(t, (data) => pieces.push(data));

  assert.equal(await ask("print"), "done");

  await until("the last line has come", () => textOf(Buffer.concat(pieces)).includes("019999 "));
});

test("C++ plugin: an exception in a handler fails its call, and the plugin goes on", { skip }, async (t) => {
  const { ask } = await launchOdd(t);

  await rejectsWithConnectError(ask("throw"), Code.Unknown);

  assert.equal(await ask("else"), "done");
});

test("C++ plugin: what it logs comes with level and fields, however odd", { skip }, async (t) => {
  const { plugin, ask } = await launchOdd(t);

  await ask("log");

  await until("the last line has come", () => plugin.log.some(({ message }) => message === "last"));
  const lines = plugin.log.filter(({ message }) => /^(with|xxx|last)/.test(message));
  assert.deepEqual(
    lines.map(({ level, source, message }) => [level, source, message.slice(0, 14)]),
    [
      ["warn", "stderr", 'with "fields"\n'],
      ["info", "stderr", "x".repeat(14)],
      ["debug", "stderr", "last"],
    ],
  );
  const { refId, level, control } = lines[0]?.fields ?? {};
  assert.deepEqual([refId, level, control], ["A", "x", "\0\u001f"]);
  assert.deepEqual([lines[1]?.message.length, String(lines[1]?.fields["field"]).length], [16_000, 16_000]);
});

test("C++ plugin: it ends with exit code 0 also while a handler hangs", { skip }, async (t) => {
  const { plugin, ask } = await launchOdd(t);
  const call = ask("hang");
  call.catch(() => {});
  await until("it hangs", () => plugin.log.some(({ message }) => message === "hangs now"));

  await plugin.close({ graceMs: 60_000 });

  assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
});

test("C++ plugin: one with a renderer takes the renderer's cookie", { skip }, async (t) => {
  const plugin = await launchExample(t, odd, [v1], {
    cookie: { key: "grafana_plugin_type", values: ["renderer"] },
  });

  assert.equal((await plugin.renderer.render({ url: "x" })).error, "rendered x");
});

test("C++ plugin: over TCP it takes the first free port of the host's range", { skip }, async (t) => {
  await privateTmp(t);
  const env = { grafana_plugin_type: "datasource", PLUGIN_PROTOCOL_VERSIONS: "2" };
  const start = (range: Record<string, string>) => runProgram(t, odd.command, ["tcp"], { ...env, ...range });
  const first = start({ PLUGIN_MIN_PORT: "0", PLUGIN_MAX_PORT: "0" });
  const { address } = parseHandshakeLine(await first.firstLine());
  const port = address.split(":")[1] ?? "";

  const busy = start({ PLUGIN_MIN_PORT: port, PLUGIN_MAX_PORT: port });
  const broken = start({ PLUGIN_MIN_PORT: "many", PLUGIN_MAX_PORT: "more" });

  assert.deepEqual(await busy.ended, { code: 1, signal: null });
  assert.match(busy.stderr(), /^plugin cannot start: every port from \d+ to \d+ is in use.*\n$/);
  assert.deepEqual(await broken.ended, { code: 1, signal: null });
  assert.match(broken.stderr(), /^plugin cannot start: expected a port in PLUGIN_MIN_PORT, got "many"\n$/);
  process.kill(first.pid, "SIGTERM");
  assert.deepEqual(await first.ended, { code: 0, signal: null });
  assert.equal(first.stderr().trimEnd().split("\n").at(-1), "served", "serve has returned");
});

for (const [how, reason] of [
  ["none", /^expected at least one implementation/],
  ["null", /^expected services in major 2, got a null pointer/],
  ["twice", /^expected major 2 once/],
  ["v1 in 2", /^got a service of another major in major 2/],
  ["v2 in 1", /^got a service of another major in major 1/],
] as const) {
  test(`C++ plugin: a mistake in the program is an exception: ${how}`, { skip }, async (t) => {
    await privateTmp(t);
    const program = runProgram(t, odd.command, [how], { grafana_plugin_type: "datasource" });

    assert.deepEqual(await program.ended, { code: 3, signal: null });
    assert.match(program.stderr(), reason);
    assert.equal(program.stdout(), "");
  });
}

test("C++ plugin: with gRPC on OpenSSL it serves the official Go host over AutoMTLS, which has P-521", {
  skip: go === undefined ? withoutGo : skip,
}, async (t) => {
  await privateTmp(t);
  const example = await cpp.buildExample();
  const args = ["-weather", "-tls", "-majors", "2", "--", example.command, ...example.args];
  const cases: string[] = [];

  await runHostProgram("the Go host", { command: go?.host ?? "", args }, {}, async (name, run) => {
    cases.push(name);
    await t.test(`C++ plugin over TLS: ${name}`, run);
  });

  assert.ok(cases.length > 10, cases.join());
});
