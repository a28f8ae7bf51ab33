import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { suite, type TestContext, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { type AttachedPlugin, type AttachInfo, attachPlugin } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { runDeveloped } from "../helpers/developed-plugin.ts";
import { bothMajors, launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { isGone, untilGone } from "../helpers/processes.ts";
import { rejectsWithConnectError, rejectsWithPluginError } from "../helpers/rejection.ts";
import { type Program, runProgram } from "../helpers/run-program.ts";

/** A plugin that nobody launched, and the line that it printed. */
async function startDebugged(t: TestContext): Promise<Program & { readonly line: string }> {
  const program = runDeveloped(t, { DEBUG: "on" });
  return { ...program, line: await program.firstLine() };
}

async function healthOf(plugin: AttachedPlugin<typeof v2>): Promise<string> {
  return (await plugin.diagnostics.checkHealth({})).message;
}

suite("attaching", () => {
  test("reaches a plugin that another host launched, and letting go leaves it running", async (t) => {
    await privateTmp(t);
    const launched = await launchFixture(t);
    const info: AttachInfo = JSON.parse(JSON.stringify(launched.attachInfo));

    const attached = await attachPlugin({ attachInfo: info, protocols: bothMajors });
    if (attached.protocolVersion !== 2) return assert.fail("the plugin speaks 2");
    const { responses } = await attached.data.queryData({ queries: [{ refId: "A" }] });
    await attached.close();

    assert.equal(responses["A"]?.status, 200);
    assert.equal(info.pid, launched.process.pid);
    assert.deepEqual(attached.attachInfo, info);
    assert.equal((await attached.closed).code, "closed");
    await launched.data.queryData({ queries: [] });
  });

  test("takes the line that a plugin under a debugger prints, which ends on SIGINT", async (t) => {
    await privateTmp(t);
    const program = await startDebugged(t);

    await using attached = await attachPlugin({ attachInfo: program.line, protocols: [v2] });

    assert.equal(await healthOf(attached), String(program.pid));
    assert.deepEqual(Object.keys(JSON.parse(program.line)), [
      "Protocol",
      "ProtocolVersion",
      "Pid",
      "Test",
      "Addr",
    ]);
    process.kill(program.pid, "SIGINT");
    assert.deepEqual(await program.ended, { code: 0, signal: null });
  });

  test("with shutdown asks the plugin to end", async (t) => {
    await privateTmp(t);
    const program = await startDebugged(t);
    const attached = await attachPlugin({ attachInfo: program.line, protocols: [v2] });

    await attached.close({ shutdown: true });

    assert.deepEqual(await program.ended, { code: 0, signal: null });
    assert.equal((await attached.closed).code, "closed");
  });

  test("rejects a call whose plugin is killed with UNAVAILABLE, whose cause is attach_gone", async (t) => {
    const tmp = await privateTmp(t);
    const program = await startDebugged(t);
    const attached = await attachPlugin({ attachInfo: program.line, protocols: [v2] });
    const call = attached.data.queryData({ queries: [{ refId: "hang" }] });

    process.kill(program.pid, "SIGKILL");
    const failure = await rejectsWithConnectError(call, Code.Unavailable);
    const later = await rejectsWithConnectError(attached.diagnostics.checkHealth({}), Code.Unavailable);

    for (const { cause } of [failure, later]) {
      assert.ok(cause instanceof PluginError);
      assert.equal(cause.code, "attach_gone");
      assert.equal(cause.pid, program.pid);
    }
    assert.equal((await attached.closed).code, "attach_gone");
    removeSockets(tmp.leftovers());
  });

  test("notices the end of a plugin that nobody calls", async (t) => {
    await privateTmp(t);
    const program = await startDebugged(t);
    const attached = await attachPlugin({ attachInfo: program.line, protocols: [v2] });

    process.kill(program.pid, "SIGTERM");

    assert.equal((await attached.closed).code, "attach_gone");
    await program.ended;
  });

  test("without a process id watches the socket", async (t) => {
    await privateTmp(t);
    const program = await startDebugged(t);
    const { network, address, protocolVersion } = parse(program.line);
    const attached = await attachPlugin({
      attachInfo: { network, address, protocolVersion },
      protocols: [v2],
    });

    process.kill(program.pid, "SIGTERM");

    assert.equal((await attached.closed).code, "attach_gone");
    await program.ended;
  });

  test("never touches the process that got the process id of a plugin that is gone", async (t) => {
    const tmp = await privateTmp(t);
    const bystander = runProgram(t, "/bin/sleep", ["1000"]);
    const program = await startDebugged(t);
    const info: AttachInfo = { ...parse(program.line), pid: bystander.pid };

    const attached = await attachPlugin({ attachInfo: info, protocols: [v2] });
    process.kill(program.pid, "SIGKILL");
    await rejectsWithConnectError(attached.diagnostics.checkHealth({}), Code.Unavailable);
    assert.equal((await attached.closed).code, "attach_gone");
    await attached.close({ shutdown: true, graceMs: 50 });
    await rejectsWithPluginError(attachPlugin({ attachInfo: info, protocols: [v2] }), "attach_gone");

    assert.equal(isGone(bystander.pid), false);
    removeSockets(tmp.leftovers());
  });

  test("outlives the end of the host that launched the plugin only as long as the plugin does", async (t) => {
    await privateTmp(t);
    const launched = await launchFixture(t);
    const info = launched.attachInfo;
    if (info === undefined) return assert.fail("there is no TLS");
    const attached = await attachPlugin({ attachInfo: info, protocols: [v2] });

    await launched.close();

    assert.equal((await attached.closed).code, "attach_gone");
    await untilGone(launched.process.pid);
  });
});

suite("attaching is refused", () => {
  test("with attach_gone when there is no such process", async (t) => {
    const ended = runProgram(t, "/bin/true", []);
    await ended.ended;
    const info: AttachInfo = { protocolVersion: 2, network: "unix", address: "/nonexistent", pid: ended.pid };

    const error = await rejectsWithPluginError(
      attachPlugin({ attachInfo: info, protocols: [v2] }),
      "attach_gone",
    );

    assert.match(error.message, /there is no process \d+: start it again/);
  });

  test("with attach_gone when nobody listens", async () => {
    for (const address of [
      { network: "unix", address: "/nonexistent" },
      { network: "tcp", address: ":1" },
    ] as const) {
      await rejectsWithPluginError(
        attachPlugin({ attachInfo: { protocolVersion: 2, ...address }, protocols: [v2] }),
        "attach_gone",
      );
    }
  });

  test("with dial_failed when what listens is no plugin, and with start_timeout when it says nothing", async (t) => {
    const talker = await listenTcp(t, (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const mute = await listenTcp(t, () => {});

    await rejectsWithPluginError(attachPlugin({ attachInfo: talker, protocols: [v2] }), "dial_failed");
    await rejectsWithPluginError(
      attachPlugin({ attachInfo: mute, protocols: [v2], startTimeoutMs: 100 }),
      "start_timeout",
    );
  });

  test("with aborted when the signal says so", async (t) => {
    const mute = await listenTcp(t, () => {});
    const controller = new AbortController();

    const attaching = attachPlugin({ attachInfo: mute, protocols: [v2], signal: controller.signal });
    controller.abort("enough");

    const error = await rejectsWithPluginError(attaching, "aborted");
    assert.equal(error.cause, "enough");
  });

  test("with protocol_version_mismatch for a major that the host does not have", async () => {
    const info: AttachInfo = { protocolVersion: 2, network: "tcp", address: ":1" };

    await rejectsWithPluginError(
      attachPlugin({ attachInfo: info, protocols: [v1] }),
      "protocol_version_mismatch",
    );
  });

  test("with invalid_option for what is no attach info", async () => {
    await rejectsWithPluginError(
      attachPlugin({ attachInfo: "1|2|unix|/p|grpc|", protocols: [v2] }),
      "invalid_option",
    );
  });
});

function parse(line: string): AttachInfo {
  const { ProtocolVersion: protocolVersion, Pid: pid, Addr } = JSON.parse(line);
  return { protocolVersion, pid, network: Addr.Network, address: Addr.String };
}

/** What a killed plugin leaves when no host cares for its files. */
function removeSockets(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { recursive: true, force: true });
}

async function listenTcp(t: TestContext, onConnection: (socket: Socket) => void): Promise<AttachInfo> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  atEnd(t, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return { protocolVersion: 2, network: "tcp", address: `127.0.0.1:${port}` };
}
