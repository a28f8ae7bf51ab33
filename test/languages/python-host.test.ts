import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { joinSource, packageFromSource, python, pythonWithTools } from "../../scripts/languages/python.ts";
import { weatherLauncher } from "../examples/start-weather.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { isGone, processesWith, untilGone } from "../helpers/processes.ts";
import { runProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import type { Command } from "../interop/cell.ts";
import { typeScriptPlugin } from "../interop/fixture-commands.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { runHostProgram } from "../interop/run-host-program.ts";
import { testedLanguages } from "./example-plugin.ts";
import { whySkipped } from "./why-skipped.ts";

const go = await buildGoPeers();
const skip = await whySkipped(python);
const interpreter = skip === false ? await pythonWithTools() : "";
if (skip === false) await joinSource();
const program = join(import.meta.dirname, "python", "host.py");
const weather: Command = { command: weatherLauncher, args: [] };
const goPlugin: Command = { command: go?.plugin ?? "", args: [] };

for (const [title, kind, plugin, why] of [
  ["official Go plugin × v2", ["fixture", "2"], goPlugin, go === undefined ? withoutGo : false],
  ["official Go plugin × v1", ["fixture", "1"], goPlugin, go === undefined ? withoutGo : false],
  ["TypeScript plugin × v2", ["fixture", "2"], typeScriptPlugin, false],
  ["TypeScript plugin × v1", ["fixture", "1"], typeScriptPlugin, false],
  ["TypeScript weather plugin", ["weather"], weather, false],
  ["TypeScript weather plugin × TLS", ["tls"], weather, false],
  ...(await testedLanguages()).map(
    (tested) =>
      [`${tested.language.title} weather plugin`, ["weather"], tested.example, tested.skip] as const,
  ),
] as const) {
  const name = `Python host × ${title}`;
  test(name, { skip: skip || why }, async (t) => {
    await privateTmp(t);
    const args = [program, ...kind, plugin.command, ...plugin.args];

    await runHostProgram(
      "the Python host",
      { command: interpreter, args },
      packageFromSource(),
      async (caseName, run) => {
        await t.test(`${name}: ${caseName}`, run);
      },
    );
  });
}

/** What the Python host prints about a plugin that is a shell script. */
async function startedWith(t: TestContext, script: string, timeout = "30"): Promise<Record<string, unknown>> {
  const tmp = await privateTmp(t);
  const command = await tmp.writeExecutable(`#!/bin/sh\n${script}\n`);
  const host = runProgram(t, interpreter, [program, "start", timeout, command], packageFromSource());
  assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());
  assert.deepEqual(
    [processesWith(tmp.path), tmp.leftovers()],
    [[], []],
    "nothing is left at the time of the error",
  );
  return JSON.parse(host.stdout());
}

for (const [what, script, code, message] of [
  ["exits", "echo no disk >&2; exit 3", "exited", /exited with code 3.*no disk/s],
  ["is killed", "kill -KILL $$", "exited", /was ended by SIGKILL/],
  ["prints no handshake line", "echo hello; sleep 1000", "handshake_invalid", /got 'hello'/],
  [
    "has another major",
    "echo '1|7|unix|/x|grpc|'; sleep 1000",
    "protocol_version_mismatch",
    /protocol 7.*accepts 2/,
  ],
  [
    "has another core version",
    "echo '2|2|unix|/x|grpc|'; sleep 1000",
    "core_version_mismatch",
    /core version 1, got '2'/,
  ],
  ["speaks net/rpc", "echo '1|2|unix|/x'; sleep 1000", "rpc_protocol_unsupported", /got 'netrpc'/],
  ["exits after its line", "echo '1|2|unix|/x|grpc|'; echo gone >&2; exit 4", "exited", /code 4.*gone/s],
  [
    "does TLS unasked",
    `echo '1|2|unix|/x|grpc|${"A".repeat(60)}'; sleep 1000`,
    "tls_unsupported",
    /did not ask/,
  ],
] as const) {
  test(`Python host: a plugin that ${what} is refused with ${code}, and leaves nothing`, {
    skip,
  }, async (t) => {
    const seen = await startedWith(t, script);

    assert.equal(seen["code"], code);
    assert.match(String(seen["message"]), message);
  });
}

test("Python host: a plugin that prints nothing is given up, with its children", { skip }, async (t) => {
  const seen = await startedWith(t, "echo waiting >&2; sleep 1000 & sleep 1000", "2");

  assert.equal(seen["code"], "start_timeout");
});

test("Python host: what is no executable is said by name", { skip }, async (t) => {
  const host = runProgram(t, interpreter, [program, "start", "30", "/not/there"], packageFromSource());

  await host.ended;
  assert.equal(JSON.parse(host.stdout()).code, "executable_not_found", host.stderr());
});

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  test(`Python host: its plugin ends with it by ${signal}`, { skip }, async (t) => {
    const tmp = await privateTmp(t);
    const host = runProgram(t, interpreter, [program, "hold", weather.command], packageFromSource());
    const pid = Number(await host.firstLine());
    assert.equal(isGone(pid), false);

    process.kill(host.pid, signal);

    await host.ended;
    await untilGone(pid);
    await until("no process is left", () => processesWith(tmp.path).length === 0);
  });
}

test("Python host: leaving the block by an exception ends the plugin in order", { skip }, async (t) => {
  const tmp = await privateTmp(t);
  const host = runProgram(t, interpreter, [program, "leave", weather.command], packageFromSource());

  assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());
  assert.deepEqual(JSON.parse(host.stdout()), { exitCode: 0, there: false });
  assert.deepEqual([processesWith(tmp.path), tmp.leftovers()], [[], []]);
});
