import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { attachPlugin, launchPlugin } from "grafana-plugin-protocol/host";
import { Data, v2 } from "grafana-plugin-protocol/v2";
import { launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError, rejectsWithPluginError } from "../helpers/rejection.ts";
import { compileCache, runProgram, sourceProgram } from "../helpers/run-program.ts";
import { dataOf } from "../interop/brokered-data.ts";

const brokerPlugin = new URL("../interop/broker-plugin.ts", import.meta.url);

test("the host's brokered socket is in the plugin's directory, for its user alone, and goes with its server", async (t) => {
  const tmp = await privateTmp(t);
  const plugin = await launchFixture(t);
  const [directory] = tmp.leftovers();
  const sockets = (): string[] => readdirSync(directory ?? "").filter((name) => name.startsWith("host"));

  const server = await plugin.broker.acceptAndServe(plugin.broker.nextId(), dataOf("host"));

  const [socket = ""] = sockets();
  assert.equal(statSync(join(directory ?? "", socket)).mode & 0o777, 0o600);
  await server.close();
  assert.deepEqual(sockets(), []);
});

test("it is in the directory that the caller named, and goes with the plugin", async (t) => {
  const tmp = await privateTmp(t);
  const directory = join(tmp.path, "given");
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  const plugin = await launchFixture(t, { env: { PLUGIN_UNIX_SOCKET_DIR: directory } });
  await plugin.broker.acceptAndServe(plugin.broker.nextId(), dataOf("host"));
  const [socket = ""] = readdirSync(directory).filter((name) => name.startsWith("host"));
  assert.equal(statSync(join(directory, socket)).mode & 0o777, 0o600);

  await plugin.close();

  assert.deepEqual(readdirSync(directory), []);
});

test("the broker of a plugin that was killed is closed, with the reason", async (t) => {
  await privateTmp(t);
  const plugin = await launchFixture(t);
  const waiting = plugin.broker.dial(1);
  process.kill(plugin.process.pid, "SIGKILL");

  const error = await rejectsWithPluginError(waiting, "exited");

  assert.match(error.message, /SIGKILL/);
  await rejectsWithPluginError(plugin.broker.acceptAndServe(2, []), "exited");
});

test("a call over a brokered connection says how the plugin ended", async (t) => {
  await privateTmp(t);
  const plugin = await launchPlugin({
    command: process.execPath,
    args: sourceProgram(brokerPlugin),
    protocols: [v2],
    env: compileCache,
  });
  const { message } = await plugin.diagnostics.checkHealth({ headers: { do: "serve" } });
  const { transport } = await plugin.broker.dial(Number(message));
  const data = createClient(Data, transport);
  await data.queryData({});

  process.kill(plugin.process.pid, "SIGKILL");
  await plugin.process.exited;

  const error = await rejectsWithConnectError(data.queryData({}), Code.Unavailable);
  assert.ok(error.cause instanceof PluginError);
  assert.equal(error.cause.code, "exited");
  await rejectsWithConnectError(plugin.health(), Code.Unavailable);
  await rejectsWithConnectError(plugin.services(), Code.Unavailable);
  await plugin.close();
});

test("an attached plugin has all of it, and what was brokered ends with the attachment", async (t) => {
  const tmp = await privateTmp(t);
  const program = runProgram(t, process.execPath, sourceProgram(brokerPlugin, "--debug"));
  const plugin = await attachPlugin({ attachInfo: await program.firstLine(), protocols: [v2] });
  const id = plugin.broker.nextId();
  await plugin.broker.acceptAndServe(id, dataOf("host"));

  const { message } = await plugin.diagnostics.checkHealth({ headers: { do: "dial", number: String(id) } });

  assert.equal(message, "host answers plugin");
  assert.equal(await plugin.health(), "serving");
  assert.ok((await plugin.services())?.includes("pluginv2.Diagnostics"));
  await plugin.close();
  await rejectsWithPluginError(plugin.broker.dial(1), "closed");
  assert.deepEqual(
    tmp.leftovers().filter((path) => /host[0-9a-f]+$/.test(path)),
    [],
  );
  process.kill(program.pid, "SIGTERM");
  await program.ended;
});
