import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { parseHandshakeLine } from "grafana-plugin-protocol/go-plugin";
import { v1 } from "grafana-plugin-protocol/v1";
import { java, javaProgram } from "../../scripts/languages/java.ts";
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

const skip = await whySkipped(java);
const odd =
  skip === false
    ? await javaProgram(join(import.meta.dirname, "java", "OddPlugin.java"))
    : { command: "", args: [] };

const launchOdd = oddLauncher(odd);

test("Java plugin: a handler may print more than a pipe holds, and the host gets the end of it", {
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

for (const path of ["throw", "error"]) {
  test(`Java plugin: a handler with ${path} fails its call, is logged, and the plugin goes on`, {
    skip,
  }, async (t) => {
    const { plugin, ask } = await launchOdd(t);

    await rejectsWithConnectError(ask(path), Code.Unknown);

    await until("it is logged", () =>
      plugin.log.some(
        ({ level, fields }) => level === "error" && String(fields["error"]).includes("no luck"),
      ),
    );
    assert.equal(await ask("else"), "done");
  });
}

test("Java plugin: what it logs comes with level and logger, however odd", { skip }, async (t) => {
  const { plugin, ask } = await launchOdd(t);

  await ask("log");

  await until("the last record has come", () =>
    plugin.log.some(({ message }) => message.startsWith("wrong")),
  );
  const records = plugin.log.filter(({ source }) => source === "stderr");
  assert.deepEqual(
    records.slice(1).map(({ level, module, message }) => [level, module, message.slice(0, 15)]),
    [
      ["warn", "odd", "with text and 2"],
      ["info", "odd", "\u0001ä\n?ä\n?ä\n?ä\n?ä\n"],
      ["info", "odd", "null"],
      ["error", "odd", "wrong {0} {"],
    ],
  );
});

for (const path of ["hang", "thread"]) {
  test(`Java plugin: it ends with exit code 0 also after a handler with ${path}`, { skip }, async (t) => {
    const { plugin, ask } = await launchOdd(t);
    const call = ask(path);
    call.catch(() => {});
    if (path === "thread") await call;
    else assert.equal(await ask("else"), "done");

    await plugin.close({ graceMs: 60_000 });

    assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
  });
}

test("Java plugin: System.exit in a handler ends it with that code, and its socket goes", {
  skip,
}, async (t) => {
  const { plugin, ask } = await launchOdd(t);

  await rejectsWithConnectError(ask("exit"), Code.Unavailable);

  assert.deepEqual(await plugin.process.exited, { code: 3, signal: null });
});

test("Java plugin: one with a renderer takes the renderer's cookie", { skip }, async (t) => {
  const plugin = await launchExample(t, odd, [v1], {
    cookie: { key: "grafana_plugin_type", values: ["renderer"] },
  });

  assert.equal((await plugin.renderer.render({ url: "x" })).error, "rendered x");
});

test("Java plugin: over TCP it takes the first free port of the host's range", { skip }, async (t) => {
  await privateTmp(t);
  const env = { grafana_plugin_type: "datasource", PLUGIN_PROTOCOL_VERSIONS: "2" };
  const start = (range: Record<string, string>) =>
    runProgram(t, odd.command, [...odd.args, "tcp"], { ...env, ...range });
  const first = start({ PLUGIN_MIN_PORT: "0", PLUGIN_MAX_PORT: "0" });
  const { address } = parseHandshakeLine(await first.firstLine());
  const port = Number(address.split(":")[1]);

  const busy = start({ PLUGIN_MIN_PORT: String(port), PLUGIN_MAX_PORT: String(port) });
  const broken = start({ PLUGIN_MIN_PORT: "many", PLUGIN_MAX_PORT: "more" });

  assert.deepEqual(await busy.ended, { code: 1, signal: null });
  assert.match(busy.stderr(), /^plugin cannot start: no port from \d+ to \d+ is free.*\n$/);
  assert.deepEqual(await broken.ended, { code: 1, signal: null });
  assert.match(broken.stderr(), /^plugin cannot start: expected a port in PLUGIN_MIN_PORT.*"many".*\n$/);
  process.kill(first.pid, "SIGTERM");
  assert.deepEqual(await first.ended, { code: 0, signal: null });
  assert.equal(first.stderr().trimEnd().split("\n").at(-1), "served", "serve has returned");
});

const go = await buildGoPeers();

test("Go host with AutoMTLS, which has P-521 × Java plugin", {
  skip: go === undefined ? withoutGo : skip,
}, async (t) => {
  await privateTmp(t);
  const { command, args } = await java.buildExample();
  const flags = ["-tls", "-weather", "-only", "^(handshake|health ping|CheckHealth|stop.*)$"];

  const host = { command: go?.host ?? "", args: [...flags, "--", command, ...args] };
  await runHostProgram("the Go host", host, {}, async (caseName, run) => {
    await t.test(`Go host with AutoMTLS × Java plugin: ${caseName}`, run);
  });
});
