/** What go-plugin's own tests check, docs/handshake.md names, and no other file here has. */
import assert from "node:assert/strict";
import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { type LaunchedPlugin, launchPlugin, type PluginLogRecord } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { compileCache, type Program, runProgram, sourceProgram } from "../helpers/run-program.ts";
import { startFailure } from "../helpers/start-failure.ts";
import { testCertificate } from "../helpers/test-certificate.ts";
import { until } from "../helpers/until.ts";
import type { TlsPluginOptions } from "../host/fixtures/tls-plugin.ts";
import { buildGoPeers, withoutGo } from "./go-peers.ts";

const go = await buildGoPeers();
const skip = go === undefined ? withoutGo : false;

suite("TypeScript host × Go plugin", { skip }, () => {
  test("TypeScript host × Go plugin: what it logs comes with its level, its module and its fields", async (t) => {
    const { plugin, log } = await launchGo(t);

    await plugin.diagnostics.checkHealth({ headers: { do: "log", number: "12" } });

    const record = await until("the record has come", () => log.find(({ message }) => message === "from Go"));
    const { level, module, fields, source } = record;
    assert.deepEqual(
      { level, module, fields, source },
      { level: "warn", module: "fixture", fields: { text: "bar", number: 12 }, source: "stderr" },
    );
  });

  test("TypeScript host × Go plugin: a panic comes whole, as errors, and its call says how the process ended", async (t) => {
    const { plugin, log } = await launchGo(t);
    const headers = { do: "panic", what: "out of luck" };

    const failure = await rejectsWithConnectError(
      plugin.diagnostics.checkHealth({ headers }),
      Code.Unavailable,
    );

    assert.ok(failure.cause instanceof PluginError);
    assert.deepEqual([failure.cause.code, failure.cause.exitCode], ["exited", 2]);
    assert.deepEqual(await plugin.process.exited, { code: 2, signal: null });
    const start = log.findIndex(({ message }) => message.startsWith("panic: out of luck"));
    const trace = log.slice(start).filter(({ source }) => source === "stderr");
    assert.ok(start >= 0 && trace.length > 4, JSON.stringify(log));
    assert.deepEqual([...new Set(trace.map(({ level }) => level))], ["error"]);
  });

  test("TypeScript host × Go plugin: it finds its stdin at its end", async (t) => {
    const { plugin } = await launchGo(t);

    const { message } = await plugin.diagnostics.checkHealth({ headers: { do: "stdin" } });

    assert.equal(message, "");
  });

  test("TypeScript host × Go plugin: a start and an end log no error", async (t) => {
    const { plugin, log } = await launchGo(t);

    await plugin.close();

    assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
    assert.deepEqual(
      log.filter(({ level }) => level !== "debug" && level !== "trace"),
      [],
    );
  });
});

suite("Go host × TypeScript plugin", { skip }, () => {
  test("Go host × TypeScript plugin: what it logs comes with its level and its fields, however long it is", async (t) => {
    const { host } = await runLogging(t);

    const records = host.stderr().match(/^.*\[WARN\] .*: from TypeScript: .*$/gm) ?? [];
    const [short = "", long = ""] = records;
    assert.equal(records.length, 2, host.stderr().slice(0, 2000));
    for (const record of records) assert.ok(/ number=12( |$)/.test(record), record.slice(0, 200));
    assert.match(short, / text=short( |$)/);
    assert.ok(/ text="?x{30000}/.test(long), long.slice(0, 200));
  });

  test("Go host × TypeScript plugin: a start and an end log no warning but its own", async (t) => {
    const { host } = await runLogging(t);

    const lines = host
      .stderr()
      .split("\n")
      .filter((line) => line !== "" && !line.includes("from TypeScript"));
    assert.deepEqual(lines, []);
  });

  test("Go host × TypeScript plugin: what it does at its exit is done", async (t) => {
    const { mark } = await runLogging(t);

    assert.equal(readFileSync(mark, "utf8"), "cleaned up");
  });
});

suite("TypeScript host × TypeScript plugin", () => {
  test("TypeScript host × TypeScript plugin: what it does at its exit is done when close() resolves", async (t) => {
    const tmp = await privateTmp(t);
    const mark = join(tmp.path, "mark");
    const { command, args } = loggingPlugin(mark);
    const plugin = await launchPlugin({ command, args, env: compileCache, protocols: [v2] });

    await plugin.close();

    assert.equal(readFileSync(mark, "utf8"), "cleaned up");
  });

  test("TypeScript host × TypeScript plugin: its stdin is the null device, not the host's", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);

    assert.equal(readlinkSync(`/proc/${plugin.process.pid}/fd/0`), "/dev/null");
  });

  test("TypeScript host × TypeScript plugin: a plugin that does TLS by itself and does not say so cannot be reached", async (t) => {
    const tmp = await privateTmp(t);
    const options: TlsPluginOptions = { field: "", serves: await testCertificate() };
    const url = new URL("../host/fixtures/tls-plugin.ts", import.meta.url);

    const error = await startFailure(tmp, "dial_failed", {
      command: process.execPath,
      args: sourceProgram(url, JSON.stringify(options)),
      env: compileCache,
    });

    assert.match(error.message, /cannot reach the plugin at unix /);
  });
});

async function launchGo(
  t: TestContext,
): Promise<{ readonly plugin: LaunchedPlugin<typeof v2>; readonly log: readonly PluginLogRecord[] }> {
  await privateTmp(t);
  const log: PluginLogRecord[] = [];
  const plugin = await launchPlugin({
    command: go?.broker ?? "",
    protocols: [v2],
    onLog: (record) => log.push(record),
  });
  atEnd(t, () => plugin.close());
  return { plugin, log };
}

function loggingPlugin(mark: string): { readonly command: string; readonly args: readonly string[] } {
  const url = new URL("logging-plugin.ts", import.meta.url);
  return { command: process.execPath, args: sourceProgram(url, mark) };
}

/** A Go host that starts the plugin, calls it once and ends it. */
async function runLogging(t: TestContext): Promise<{ readonly host: Program; readonly mark: string }> {
  const tmp = await privateTmp(t);
  const mark = join(tmp.path, "mark");
  const { command, args } = loggingPlugin(mark);
  const host = runProgram(t, go?.attach ?? "", ["call", command, ...args]);
  assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());
  assert.equal(host.stdout(), "logged\n");
  return { host, mark };
}
