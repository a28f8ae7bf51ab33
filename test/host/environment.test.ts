import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { type LaunchOptions, launchPlugin } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithPluginError } from "../helpers/rejection.ts";

/** What a shell was started with, its variables apart by line feeds. */
const printEnvironment = ["-c", "/usr/bin/tr '\\0' '\\n' </proc/$$/environ >&2"];

/** The variables that a plugin is started with. */
async function environmentOf(
  options: Partial<LaunchOptions<readonly [typeof v2, typeof v1]>>,
): Promise<Record<string, string>> {
  const lines: string[] = [];
  await rejectsWithPluginError(
    launchPlugin({
      protocols: [v2, v1],
      ...options,
      command: "/bin/sh",
      args: printEnvironment,
      onLog: ({ message }) => lines.push(message),
    }),
    "exited",
  );
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** Sets variables of this process until the test ends. */
function setEnvironment(t: TestContext, variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    atEnd(t, () => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

const hostVariables = [
  "PLUGIN_MAX_PORT",
  "PLUGIN_MIN_PORT",
  "PLUGIN_PROTOCOL_VERSIONS",
  "PLUGIN_UNIX_SOCKET_DIR",
  "grafana_plugin_type",
];

suite("the environment of a plugin", () => {
  test("the environment of a plugin has the host's variables, the caller's and go-plugin's", async (t) => {
    await privateTmp(t);
    setEnvironment(t, { FROM_HOST: "host" });

    const env = await environmentOf({ env: { FROM_CALLER: "caller" } });

    assert.equal(env["FROM_HOST"], "host");
    assert.equal(env["FROM_CALLER"], "caller");
    assert.equal(env["grafana_plugin_type"], "datasource");
    assert.equal(env["PLUGIN_PROTOCOL_VERSIONS"], "2,1");
    assert.equal(env["PLUGIN_MIN_PORT"], "10000");
    assert.equal(env["PLUGIN_MAX_PORT"], "25000");
  });

  test("the environment of a plugin names a new directory for the socket, which only its user may enter and which goes with the plugin", async (t) => {
    const tmp = await privateTmp(t);
    const plugin = await launchFixture(t);

    const env: Record<string, string> = JSON.parse(await plugin.ask("environment"));
    const directory = env["PLUGIN_UNIX_SOCKET_DIR"] ?? "";

    assert.equal(dirname(directory), tmp.path);
    assert.equal((await import("node:fs")).statSync(directory).mode & 0o777, 0o700);
    assert.equal((await readdir(directory)).length, 1);
    await plugin.close();
    assert.equal(existsSync(directory), false);
  });

  test("the environment of a plugin has nothing of the host with inheritEnv false", async (t) => {
    await privateTmp(t);
    setEnvironment(t, { FROM_HOST: "host" });

    const env = await environmentOf({ inheritEnv: false, env: { FROM_CALLER: "caller" } });

    assert.deepEqual(Object.keys(env).sort(), ["FROM_CALLER", ...hostVariables].sort());
  });

  test("the environment of a plugin has what inheritEnv names", async (t) => {
    await privateTmp(t);
    setEnvironment(t, { FROM_HOST: "host", NOT_NAMED: "x" });

    const env = await environmentOf({ inheritEnv: ["FROM_HOST", "NOT_SET"] });

    assert.deepEqual(Object.keys(env).sort(), ["FROM_HOST", ...hostVariables].sort());
  });

  test("the environment of a plugin takes the caller's over the host's, and go-plugin's over both", async (t) => {
    await privateTmp(t);
    setEnvironment(t, { SHARED: "host", PLUGIN_PROTOCOL_VERSIONS: "8", grafana_plugin_type: "renderer" });

    const env = await environmentOf({
      env: { SHARED: "caller", PLUGIN_PROTOCOL_VERSIONS: "9", grafana_plugin_type: "app" },
    });

    assert.equal(env["SHARED"], "caller");
    assert.equal(env["PLUGIN_PROTOCOL_VERSIONS"], "2,1");
    assert.equal(env["grafana_plugin_type"], "datasource");
  });

  test("the environment of a plugin has the cookie that the caller names", async (t) => {
    await privateTmp(t);

    const env = await environmentOf({
      cookie: { key: "TF_PLUGIN", values: ["first", "second"] },
      inheritEnv: false,
    });

    assert.equal(env["TF_PLUGIN"], "first");
    assert.equal("grafana_plugin_type" in env, false);
  });

  test("the environment of a plugin has nothing of what a host above told this process", async (t) => {
    await privateTmp(t);
    setEnvironment(t, {
      PLUGIN_CLIENT_CERT: "-----BEGIN CERTIFICATE-----",
      PLUGIN_MULTIPLEX_GRPC: "true",
      PLUGIN_UNIX_SOCKET_GROUP: "grafana",
      PLUGIN_MIN_PORT: "1",
      PLUGIN_MAX_PORT: "2",
    });

    for (const inheritEnv of [
      true,
      ["PLUGIN_CLIENT_CERT", "PLUGIN_MULTIPLEX_GRPC", "PLUGIN_UNIX_SOCKET_GROUP"],
    ]) {
      const env = await environmentOf({ inheritEnv });

      assert.deepEqual(
        Object.keys(env)
          .filter((name) => name.startsWith("PLUGIN_"))
          .sort(),
        hostVariables.slice(0, 4),
      );
      assert.equal(env["PLUGIN_MIN_PORT"], "10000");
    }
  });

  for (const how of ["host", "caller"] as const) {
    test(`the environment of a plugin keeps the directory for sockets that the ${how} names, and the directory outlives the plugin`, async (t) => {
      const tmp = await privateTmp(t);
      const directory = join(tmp.path, "sockets");
      await mkdir(directory);
      if (how === "host") setEnvironment(t, { PLUGIN_UNIX_SOCKET_DIR: directory });
      const env = how === "caller" ? { PLUGIN_UNIX_SOCKET_DIR: directory } : {};

      const plugin = await launchFixture(t, { env });

      assert.equal((await readdir(directory)).length, 1);
      await plugin.close();
      assert.deepEqual(await readdir(directory), []);
    });
  }
});

test("a plugin runs without arguments in the host's directory, unless told otherwise", async (t) => {
  const tmp = await privateTmp(t);
  const usual = await launchFixture(t);
  const other = await launchFixture(t, { cwd: tmp.path });

  assert.equal(await usual.ask("arguments"), "[]");
  assert.equal(await usual.ask("working-directory"), process.cwd());
  assert.equal(await other.ask("working-directory"), tmp.path);
});
