import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";
import { findStandalone } from "../../src/plugin/mode/find-standalone.ts";
import { atEnd } from "../helpers/at-end.ts";
import { developedPlugin, runDeveloped } from "../helpers/developed-plugin.ts";
import { intruderIds, needsRoot, runIntruder } from "../helpers/intruder.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { untilGone } from "../helpers/processes.ts";
import { type Program, runProgram } from "../helpers/run-program.ts";

const addressName = "GF_PLUGIN_GRPC_ADDRESS_GPP_STANDALONE_DATASOURCE";

/** A standalone process that serves, and what it left in its directory. */
interface Standalone {
  readonly directory: string;
  readonly program: Program;
  readonly address: string;
}

async function startStandalone(
  t: TestContext,
  directory: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Standalone> {
  const program = runDeveloped(t, { STANDALONE: directory, ...env }, "-standalone");
  await program.untilStderr(/standalone plugin serves/);
  return { directory, program, address: readFileSync(join(directory, "standalone.txt"), "utf8") };
}

function launch(t: TestContext, directory: string, env: Readonly<Record<string, string>> = {}) {
  return launchPlugin({ ...developedPlugin(), env: { STANDALONE: directory, ...env }, protocols: [v2] }).then(
    (plugin) => {
      atEnd(t, () => plugin.close({ graceMs: 50 }));
      return plugin;
    },
  );
}

suite("a plugin with -standalone", () => {
  test("a plugin with -standalone leaves its address and process id beside plugin.json, for this user alone, until SIGINT", async (t) => {
    const { path } = await privateTmp(t);
    const { program, address } = await startStandalone(t, path);

    assert.match(address, /^127\.0\.0\.1:\d+$/);
    assert.equal(readFileSync(join(path, "pid.txt"), "utf8"), String(program.pid));
    for (const name of ["standalone.txt", "pid.txt"]) {
      assert.equal(statSync(join(path, name)).mode & 0o777, 0o600);
    }
    assert.equal(program.stdout(), "");

    process.kill(program.pid, "SIGINT");
    assert.deepEqual(await program.ended, { code: 0, signal: null });
    assert.equal(existsSync(join(path, "standalone.txt")), false);
    assert.equal(existsSync(join(path, "pid.txt")), false);
  });

  test("a plugin with -standalone listens where the variable says", async (t) => {
    const { path } = await privateTmp(t);
    const first = await startStandalone(t, path);
    process.kill(first.program.pid, "SIGTERM");
    await first.program.ended;
    const port = first.address.split(":")[1];

    const second = await startStandalone(t, path, { [addressName]: `:${port}` });

    assert.equal(second.address, `127.0.0.1:${port}`);
  });

  test("a plugin with -standalone exits 1 for a variable that is no address, naming it", async (t) => {
    const { path } = await privateTmp(t);
    const program = runDeveloped(t, { STANDALONE: path, [addressName]: "9999" }, "-standalone");

    assert.deepEqual(await program.ended, { code: 1, signal: null });
    assert.match(program.stderr(), new RegExp(`in ${addressName}, got .*9999`));
  });

  test("a plugin with -standalone replaces files that are links, and leaves alone what they point at", async (t) => {
    const { path } = await privateTmp(t);
    const target = join(path, "precious");
    writeFileSync(target, "kept");
    symlinkSync(target, join(path, "standalone.txt"));

    await startStandalone(t, path);

    assert.equal(readFileSync(target, "utf8"), "kept");
  });

  test("a plugin with -standalone leaves the files of the process that took its place", async (t) => {
    const { path } = await privateTmp(t);
    const first = await startStandalone(t, path);
    const second = await startStandalone(t, path);

    process.kill(first.program.pid, "SIGTERM");
    await first.program.ended;

    assert.equal(readFileSync(join(path, "pid.txt"), "utf8"), String(second.program.pid));
  });
});

suite("a plugin that a host starts beside a standalone process", () => {
  test("a plugin that a host starts beside a standalone process leads the host there, prints five fields, asks for no cookie and says nothing more", async (t) => {
    const { path } = await privateTmp(t);
    const { program, address } = await startStandalone(t, path);
    const locator = runDeveloped(t, { STANDALONE: path, PLUGIN_PROTOCOL_VERSIONS: "2" });

    assert.equal(await locator.firstLine(), `1|2|tcp|${address}|grpc`);
    process.kill(locator.pid, "SIGTERM");
    assert.deepEqual(await locator.ended, { code: 0, signal: null });
    assert.equal(locator.stdout(), `1|2|tcp|${address}|grpc\n`);

    const plugin = await launch(t, path);
    assert.equal((await plugin.diagnostics.checkHealth({})).message, String(program.pid));
    assert.notEqual(plugin.process.pid, program.pid);
  });

  test("a plugin that a host starts beside a standalone process is ended by the host, which leaves the standalone process alone", async (t) => {
    const { path } = await privateTmp(t);
    const { program } = await startStandalone(t, path);
    const plugin = await launch(t, path);

    await plugin.close({ graceMs: 50 });
    await untilGone(plugin.process.pid);

    const again = await launch(t, path);
    assert.equal((await again.diagnostics.checkHealth({})).message, String(program.pid));
  });

  test("a plugin that a host starts beside a standalone process agrees on the major that the host has", async (t) => {
    const { path } = await privateTmp(t);
    await startStandalone(t, path);

    await using plugin = await launchPlugin({
      ...developedPlugin(),
      env: { STANDALONE: path },
      protocols: [v1],
    });

    assert.equal((await plugin.datasource.query({})).results[0]?.refId, "one");
    await plugin.close({ graceMs: 50 });
  });

  test("a plugin that a host starts beside a standalone process ends with it, so that the host starts the plugin itself the next time", async (t) => {
    const { path } = await privateTmp(t);
    const { program } = await startStandalone(t, path);
    const first = await launch(t, path);

    process.kill(program.pid, "SIGINT");
    await first.process.exited;
    const second = await launch(t, path);

    assert.equal((await second.diagnostics.checkHealth({})).message, String(second.process.pid));
  });

  test("a plugin that a host starts beside a standalone process serves by itself when the process in pid.txt is gone", async (t) => {
    const { path } = await privateTmp(t);
    const ended = runProgram(t, "/bin/true", []);
    await ended.ended;
    writeFileSync(join(path, "standalone.txt"), ":1");
    for (const pid of [String(ended.pid), "no process id"]) {
      writeFileSync(join(path, "pid.txt"), pid);

      const plugin = await launch(t, path);

      assert.equal((await plugin.diagnostics.checkHealth({})).message, String(plugin.process.pid));
    }
  });

  test("a plugin that a host starts beside a standalone process takes the address from the variable first, and a host may be missing from it", async (t) => {
    const { path } = await privateTmp(t);
    const { program, address } = await startStandalone(t, path);
    writeFileSync(join(path, "standalone.txt"), ":1");

    const plugin = await launch(t, path, { [addressName]: address.replace("127.0.0.1", "") });

    assert.equal((await plugin.diagnostics.checkHealth({})).message, String(program.pid));
  });
});

test("-standalone means nothing to a plugin without the option", async (t) => {
  const { path } = await privateTmp(t);
  writeFileSync(join(path, "standalone.txt"), ":1");
  const program = runDeveloped(t, {}, "-standalone");

  assert.deepEqual(await program.ended, { code: 1, signal: null });
  assert.match(program.stderr(), /^This binary is a plugin/);
  assert.equal(readFileSync(join(path, "standalone.txt"), "utf8"), ":1");
});

test("-buildinfo and -version print the build and exit 0, without a host", async (t) => {
  await privateTmp(t);
  for (const [flag, expected] of [
    ["-version", "1.2.3"],
    ["--version", "1.2.3"],
    ["-buildinfo", '{"time":1700000000000,"pluginID":"gpp-standalone-datasource","version":"1.2.3"}'],
  ] as const) {
    const program = runDeveloped(t, {}, flag);

    assert.deepEqual(await program.ended, { code: 0, signal: null });
    assert.equal(program.stdout(), `${expected}\n`);
    assert.equal(program.stderr(), "");
  }
});

suite("standalone.txt of another user", { skip: needsRoot }, () => {
  test("in a directory that all can write to leads a host nowhere, as a file, a link and a pipe", async (t) => {
    const { path } = await privateTmp(t);
    // Without the sticky bit, in whose directories Linux has rules of its own.
    chmodSync(path, 0o777);
    const file = join(path, "standalone.txt");
    writeFileSync(join(path, "lure"), "10.0.0.1:1", { mode: 0o644 });
    const plants = [
      `fs.writeFileSync(${JSON.stringify(file)}, "10.0.0.1:1")`,
      `fs.symlinkSync("lure", ${JSON.stringify(file)})`,
      `require("child_process").execFileSync("mkfifo", ["-m", "666", ${JSON.stringify(file)}])`,
    ];
    const seen: unknown[] = [];
    for (const plant of plants) {
      const intruder = runIntruder(t, `tried("plant", () => ${plant});`, intruderIds[0]);
      await intruder.ended;
      assert.equal(intruder.stdout(), "plant: ok\n");

      seen.push(findStandalone({ pluginId: "test", directory: path }, {}));
      rmSync(file);
    }
    writeFileSync(file, "127.0.0.1:1");

    assert.deepEqual(seen, [undefined, undefined, undefined]);
    assert.equal(findStandalone({ pluginId: "test", directory: path }, {})?.address, "127.0.0.1:1");
  });
});
