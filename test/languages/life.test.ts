import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { parseHandshakeLine } from "grafana-plugin-protocol/go-plugin";
import { type PluginState, supervisePlugin } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";
import type { Command } from "../../scripts/languages/language.ts";
import { atEnd } from "../helpers/at-end.ts";
import { type PrivateTmp, privateTmp } from "../helpers/private-tmp.ts";
import { isGone, processesWith, untilGone } from "../helpers/processes.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { type Program, runProgram } from "../helpers/run-program.ts";
import { testCertificate } from "../helpers/test-certificate.ts";
import { until } from "../helpers/until.ts";
import { launchExample, littleEnvironment, testedLanguages } from "./example-plugin.ts";

/** Starts an example as a host does, and gives what it printed. */
async function startBare(
  t: TestContext,
  { command, args }: Command,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly tmp: PrivateTmp; readonly program: Program; readonly line: string }> {
  const tmp = await privateTmp(t);
  const program = runProgram(t, command, args, { grafana_plugin_type: "datasource", ...env });
  return { tmp, program, line: await program.firstLine() };
}

for (const { language, example, skip } of await testedLanguages()) {
  const plugin = `${language.title} plugin`;

  for (const [offer, major] of [
    ["1,2", 2],
    ["2,1", 2],
    ["3,2", 2],
    ["1", 1],
    ["9", 1],
    ["x,,-2, 2 ,99999999999", 2],
    ["two", 1],
    [undefined, 1],
  ] as const) {
    test(`${plugin}: a host that offers ${offer ?? "no list"} gets major ${major}`, { skip }, async (t) => {
      const env = offer === undefined ? {} : { PLUGIN_PROTOCOL_VERSIONS: offer };
      const { program, line } = await startBare(t, example, env);

      process.kill(program.pid, "SIGTERM");

      assert.equal(parseHandshakeLine(line).protocolVersion, major);
      assert.deepEqual(await program.ended, { code: 0, signal: null });
    });
  }

  test(`${plugin}: its socket is in the host's directory, for its user only, and goes with SIGTERM`, {
    skip,
  }, async (t) => {
    const directory = (await privateTmp(t)).path;
    const { program, line } = await startBare(t, example, {
      PLUGIN_PROTOCOL_VERSIONS: "2",
      PLUGIN_UNIX_SOCKET_DIR: directory,
      PLUGIN_MULTIPLEX_GRPC: "true",
    });
    const path = line.split("|")[3] ?? "";

    const mode = statSync(path).mode & 0o777;
    process.kill(program.pid, "SIGTERM");
    await program.ended;

    assert.equal(
      line,
      `1|2|unix|${path}|grpc|`,
      "without the seventh field of a broker that it does not multiplex",
    );
    assert.ok(path.startsWith(`${directory}/`), path);
    assert.equal(mode, 0o600);
    assert.equal(existsSync(path), false);
    assert.equal(program.stdout(), `${line}\n`, "nothing else is on stdout");
  });

  test(`${plugin}: it logs by hclog, ignores SIGINT, and Shutdown ends it with exit code 0`, {
    skip,
  }, async (t) => {
    const launched = await launchExample(t, example, [v2, v1]);
    const { log } = launched;

    process.kill(launched.process.pid, "SIGINT");
    assert.equal(launched.protocolVersion, 2);
    const { message } = await launched.diagnostics.checkHealth({});
    await until("it has logged that it serves", () =>
      log.some(({ source, level }) => source === "stderr" && level === "info"),
    );
    await launched.close({ graceMs: 60_000 });

    assert.equal(message, "2922 days of weather in 2 places");
    assert.deepEqual(await launched.process.exited, { code: 0, signal: null });
    assert.deepEqual(
      log.filter(({ level }) => level === "error" || level === "warn"),
      [],
    );
  });

  test(`${plugin}: with TLS it serves a host that uses P-256, or says why not`, { skip }, async (t) => {
    try {
      const launched = await launchExample(t, example, [v2], { tls: "auto" });
      assert.equal((await launched.diagnostics.checkHealth({})).message, "2922 days of weather in 2 places");
    } catch (error) {
      assert.ok(error instanceof PluginError, String(error));
      assert.deepEqual([error.code, error.exitCode], ["exited", 1]);
      assert.match(error.message, /TLS/);
    }
  });

  test(`${plugin}: with TLS it serves a host that uses P-521, or says why not`, { skip }, async (t) => {
    await privateTmp(t);
    const { certificate } = await testCertificate({ key: "P-521" });
    const program = runProgram(t, example.command, example.args, {
      grafana_plugin_type: "datasource",
      PLUGIN_PROTOCOL_VERSIONS: "2",
      PLUGIN_CLIENT_CERT: certificate,
    });

    await until("it serves or has ended", () => program.stdout() !== "" || program.child.exitCode !== null);

    if (program.stdout() === "") {
      assert.deepEqual(await program.ended, { code: 1, signal: null });
      assert.match(program.stderr(), /^.*TLS.*P-521.*\n$/);
    } else {
      assert.ok((program.stdout().split("|")[5] ?? "").trim().length > 50, program.stdout());
      process.kill(program.pid, "SIGTERM");
      await program.ended;
    }
  });

  test(`${plugin}: one that is killed fails its calls, and leaves nothing`, { skip }, async (t) => {
    const launched = await launchExample(t, example, [v2]);
    const stream = launched.stream.runStream({ path: "replay/seattle" })[Symbol.asyncIterator]();
    await stream.next();

    process.kill(launched.process.pid, "SIGKILL");

    const rest = (async () => {
      while ((await stream.next()).done !== true);
    })();
    const { cause } = await rejectsWithConnectError(rest, Code.Unavailable);
    assert.ok(cause instanceof PluginError);
    assert.deepEqual([cause.code, cause.signal], ["exited", "SIGKILL"]);
  });

  test(`${plugin}: a supervised one is back after a kill, behind the same client`, { skip }, async (t) => {
    const { path } = await privateTmp(t);
    const states: PluginState[] = [];
    const supervised = await supervisePlugin({
      ...example,
      env: { ...littleEnvironment, TMPDIR: path },
      inheritEnv: false,
      protocols: [v2],
      restart: { firstDelayMs: 1, maxDelayMs: 1 },
      onState: (state) => states.push(state),
    });
    atEnd(t, () => supervised.close({ graceMs: 60_000 }));
    const pids = (): number[] => states.flatMap((state) => (state.status === "ready" ? [state.pid] : []));

    process.kill(pids()[0] ?? Number.NaN, "SIGKILL");
    await until("it is ready again", () => pids().length === 2);

    const { message } = await supervised.diagnostics.checkHealth({});
    assert.equal(message, "2922 days of weather in 2 places");
    assert.ok(isGone(pids()[0] ?? Number.NaN));
  });

  test(`${plugin}: one whose host has gone ends by itself`, { skip }, async (t) => {
    const tmp = await privateTmp(t);
    const out = join(tmp.path, "out");
    // The shell starts the plugin, waits for its handshake line, and exits without a word.
    const script = '"$@" > "$OUT" & echo $!; until [ -s "$OUT" ]; do sleep 0.05; done';
    const host = runProgram(t, "/bin/sh", ["-c", script, "sh", example.command, ...example.args], {
      grafana_plugin_type: "datasource",
      PLUGIN_PROTOCOL_VERSIONS: "2",
      OUT: out,
    });
    const pid = Number(await host.firstLine());

    await until("the host has gone", () => host.child.exitCode !== null);

    await untilGone(pid);
    const path = readFileSync(out, "utf8").split("|")[3] ?? "";
    await until("its socket is removed", () => !existsSync(path));
    assert.deepEqual(processesWith(tmp.path), []);
  });
}
