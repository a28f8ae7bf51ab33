import assert from "node:assert/strict";
import { test } from "node:test";
import { weatherLauncher } from "../examples/start-weather.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { isGone, processesWith, untilGone } from "../helpers/processes.ts";
import { runProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { runHostProgram } from "../interop/run-host-program.ts";
import { testedLanguages } from "./example-plugin.ts";

const go = await buildGoPeers();
const program = go?.launch ?? "";
const withoutHost = go === undefined ? withoutGo : false;
const plugins = [
  { title: "TypeScript weather", command: [weatherLauncher], skip: withoutHost },
  ...(await testedLanguages()).map(({ language, example, skip }) => ({
    title: language.title,
    command: [example.command, ...example.args],
    skip: withoutHost || skip,
  })),
];

for (const { title, command, skip } of plugins) {
  for (const kind of [["weather", "2"], ["weather", "1"], ["tls"]]) {
    // A runtime without P-521 refuses go-plugin's certificates: life.test.ts has what it says.
    if (kind[0] === "tls" && title !== "Go" && title !== "TypeScript weather") continue;
    const name = `host of packages/go × ${title} plugin × ${kind.join(" v")}`;
    test(name, { skip }, async (t) => {
      const tmp = await privateTmp(t);

      await runHostProgram(
        "the host",
        { command: program, args: [...kind, ...command] },
        {},
        async (caseName, run) => {
          await t.test(`${name}: ${caseName}`, run);
        },
      );

      assert.deepEqual([processesWith(tmp.path), tmp.leftovers()], [[], []]);
    });
  }
}

for (const [what, script, message] of [
  ["exits", "echo no disk >&2; exit 3", /no disk/],
  ["prints no handshake line", "echo hello; sleep 1000", /hello/],
  ["has another major", "echo '1|7|unix|/x|grpc|'; sleep 1000", /7.*2/],
  ["has another core version", "echo '2|2|unix|/x|grpc|'; sleep 1000", /core.*2/i],
  ["speaks net/rpc", "echo '1|2|unix|/x'; sleep 1000", /netrpc/],
  ["prints nothing, and has children", "sleep 1000 & sleep 1000", /timeout/],
] as const) {
  test(`host of packages/go: a plugin that ${what} is refused, and leaves nothing`, {
    skip: withoutHost,
  }, async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable(`#!/bin/sh\n${script}\n`);
    const seconds = what.startsWith("prints nothing") ? "1" : "60";

    const host = runProgram(t, program, ["start", seconds, command]);

    assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());
    assert.match(JSON.parse(host.stdout()).message, message);
    assert.deepEqual([processesWith(tmp.path), tmp.leftovers()], [[], []]);
  });
}

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  test(`host of packages/go: its plugin ends with it by ${signal}, and what the plugin started`, {
    skip: withoutHost,
  }, async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable(`#!/bin/sh\nsleep 1000 &\nexec '${weatherLauncher}'\n`);
    const host = runProgram(t, program, ["hold", command]);
    const pid = Number(await host.firstLine());
    assert.equal(isGone(pid), false);

    process.kill(host.pid, signal);

    await host.ended;
    await untilGone(pid);
    await until("no process is left", () => processesWith(tmp.path).length === 0);
  });
}

test("a program with packages/go, the SDK, the model and go-plugin starts, and each contract is in it once", {
  skip: withoutHost,
}, async (t) => {
  const linked = runProgram(t, go?.links ?? "", []);

  assert.deepEqual(await linked.ended, { code: 0, signal: null }, linked.stderr());
  const packages = linked.stdout().split("\n");
  for (const name of ["models", "pluginv2", "pluginextensionv2", "grafana.plugin.v3", "plugin"]) {
    assert.equal(packages.filter((line) => line.startsWith(`${name} `)).length, 1, linked.stdout());
  }
});
