import assert from "node:assert/strict";
import { accessSync, constants, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram } from "../helpers/run-program.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { startWeather, weatherFolder, weatherLauncher } from "./start-weather.ts";

const go = await buildGoPeers();

test("the launchers are one and the same executable script, named as plugin.json and hosts want", () => {
  const { executable } = JSON.parse(readFileSync(join(weatherFolder, "plugin.json"), "utf8"));
  const launchers = readdirSync(weatherFolder).filter((name) => name.startsWith(`${executable}_`));

  const expected = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"];
  assert.deepEqual(
    launchers.sort(),
    expected.map((system) => `${executable}_${system}`),
  );
  const script = readFileSync(weatherLauncher, "utf8");
  for (const name of launchers) {
    accessSync(join(weatherFolder, name), constants.X_OK);
    assert.equal(readFileSync(join(weatherFolder, name), "utf8"), script, name);
  }
});

test("the launcher works through a symbolic link", async (t) => {
  const { path } = await privateTmp(t);
  const link = join(path, "gpx_weather_linux_amd64");
  symlinkSync(weatherLauncher, link);

  const plugin = await startWeather(t, [v2], link);

  const { message } = await plugin.diagnostics.checkHealth({});
  assert.equal(message, "2922 days of weather in 2 places");
});

for (const major of [1, 2]) {
  const skip = go === undefined ? withoutGo : false;
  test(`the official Go host starts the launcher and agrees on protocol ${major}`, { skip }, async (t) => {
    if (go === undefined) return;
    const { path } = await privateTmp(t);
    const flags = ["-majors", String(major), "-expect", String(major), "-only", "^health ping$"];

    const host = runProgram(t, go.host, [...flags, "--", weatherLauncher], {
      PATH: "/usr/bin:/bin",
      TMPDIR: path,
    });

    assert.equal((await host.ended).code, 0, host.stdout() + host.stderr());
    assert.match(host.stdout(), /"case":"health ping","ok":true/);
  });
}

test("the launcher says what it is when it is started by hand", async (t) => {
  await privateTmp(t);
  const cookie = process.env["grafana_plugin_type"];
  delete process.env["grafana_plugin_type"];
  if (cookie !== undefined) atEnd(t, () => (process.env["grafana_plugin_type"] = cookie));

  const program = runProgram(t, weatherLauncher, []);

  assert.equal((await program.ended).code, 1);
  assert.match(program.stderr(), /This binary is a plugin/);
  assert.equal(program.stdout(), "");
});
