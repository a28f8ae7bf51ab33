import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { attachPlugin, launchPlugin } from "grafana-plugin-protocol/host";
import { Data, v2 } from "grafana-plugin-protocol/v2";
import { boundPaths } from "../helpers/bound-paths.ts";
import { launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError, rejectsWithPluginError } from "../helpers/rejection.ts";
import { compileCache, runProgram, sourceProgram } from "../helpers/run-program.ts";
import { dataOf } from "../interop/brokered-data.ts";

const brokerPlugin = new URL("../interop/broker-plugin.ts", import.meta.url);

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

test("the host's brokered socket is in the plugin's directory, for its user alone, and goes with its server", async (t) => {
  const tmp = await privateTmp(t);
  const plugin = await launchFixture(t);
  const plugins = plugin.attachInfo?.address ?? "";

  const server = await plugin.broker.acceptAndServe(plugin.broker.nextId(), dataOf("host"));

  const [socket = ""] = boundPaths(tmp.path).filter((path) => path !== plugins);
  assert.equal(dirname(dirname(socket)), dirname(dirname(plugins)));
  assert.deepEqual([modeOf(dirname(socket)), modeOf(socket)], [0o700, 0o600]);
  await server.close();
  assert.deepEqual(readdirSync(dirname(dirname(plugins))), [basename(dirname(plugins))]);
});

test("it is in the directory that the caller named, and goes with the plugin", async (t) => {
  const tmp = await privateTmp(t);
  const directory = join(tmp.path, "given");
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  const plugin = await launchFixture(t, { env: { PLUGIN_UNIX_SOCKET_DIR: directory } });
  await plugin.broker.acceptAndServe(plugin.broker.nextId(), dataOf("host"));
  const [socket = ""] = boundPaths(directory).filter((path) => path !== plugin.attachInfo?.address);
  assert.deepEqual([modeOf(dirname(socket)), modeOf(socket)], [0o700, 0o600]);

  await plugin.close();

  assert.deepEqual(readdirSync(directory), []);
});

test("it belongs to socketGroup, as does its directory, which others than members cannot enter", async (t) => {
  const tmp = await privateTmp(t);
  const socketGroup = process.getuid?.() === 0 ? 4242 : (process.getgid?.() ?? 0);
  const plugin = await launchFixture(t, { socketGroup });

  await plugin.broker.acceptAndServe(plugin.broker.nextId(), dataOf("host"));

  const [socket = ""] = boundPaths(tmp.path).filter((path) => path !== plugin.attachInfo?.address);
  assert.deepEqual([modeOf(dirname(socket)), modeOf(socket)], [0o710, 0o660]);
  assert.deepEqual([statSync(dirname(socket)).gid, statSync(socket).gid], [socketGroup, socketGroup]);
});

test("every socket that is announced, brokered ones too, is where the system knows it", async (t) => {
  const tmp = await privateTmp(t);
  const plugin = await launchPlugin({
    command: process.execPath,
    args: sourceProgram(brokerPlugin),
    env: compileCache,
    protocols: [v2],
  });
  const { message } = await plugin.diagnostics.checkHealth({ headers: { do: "serve" } });
  const connection = await plugin.broker.dial(Number(message));
  await plugin.broker.acceptAndServe(plugin.broker.nextId(), dataOf("host"));

  const bound = boundPaths(tmp.path);
  const files = tmp.leftovers().filter((path) => statSync(path).isSocket());

  assert.equal(bound.length, 3);
  assert.deepEqual(bound, files.toSorted());
  assert.ok(bound.includes(plugin.attachInfo?.address ?? ""));
  connection.close();
  await plugin.close();
  assert.deepEqual(tmp.leftovers(), []);
});

test("of a plugin that was killed in a directory that was named, nothing stays there", async (t) => {
  const tmp = await privateTmp(t);
  const directory = join(tmp.path, "given");
  mkdirSync(directory);
  const plugin = await launchFixture(t, { env: { PLUGIN_UNIX_SOCKET_DIR: directory } });
  assert.equal(readdirSync(directory).length, 1);

  process.kill(plugin.process.pid, "SIGKILL");
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
  const [socket] = boundPaths(tmp.path);
  const id = plugin.broker.nextId();
  await plugin.broker.acceptAndServe(id, dataOf("host"));

  const { message } = await plugin.diagnostics.checkHealth({ headers: { do: "dial", number: String(id) } });

  assert.equal(message, "host answers plugin");
  assert.equal(await plugin.health(), "serving");
  assert.ok((await plugin.services())?.includes("pluginv2.Diagnostics"));
  await plugin.close();
  await rejectsWithPluginError(plugin.broker.dial(1), "closed");
  assert.deepEqual(boundPaths(tmp.path), [socket]);
  process.kill(program.pid, "SIGTERM");
  await program.ended;
});
