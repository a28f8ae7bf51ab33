import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { dirname, join } from "node:path";
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
import { until } from "../helpers/until.ts";

/** A plugin that nobody launched, and the line that it printed. */
async function startDebugged(t: TestContext): Promise<Program & { readonly line: string }> {
  const program = runDeveloped(t, { DEBUG: "on" });
  return { ...program, line: await program.firstLine() };
}

async function healthOf(plugin: AttachedPlugin<typeof v2>): Promise<string> {
  return (await plugin.diagnostics.checkHealth({})).message;
}

suite("attaching", () => {
  test("attaching reaches a plugin that another host launched, and letting go leaves it running", async (t) => {
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

  test("attaching is refused when another process of this user listens, also where the path has several spaces", async (t) => {
    const path = join((await privateTmp(t)).path, "two  spaces");
    let connections = 0;
    const service = createServer((socket) => {
      connections++;
      socket.destroy();
    }).listen(path);
    atEnd(t, () => new Promise<void>((resolve) => void service.close(() => resolve())));
    const { attachInfo } = await launchFixture(t);
    assert.ok(attachInfo !== undefined);

    await rejectsWithPluginError(
      attachPlugin({ attachInfo: { ...attachInfo, address: path }, protocols: [v2] }),
      "untrusted_socket",
    );

    assert.equal(connections, 0);
  });

  test("attaching takes the line that a plugin under a debugger prints, which ends on SIGINT", async (t) => {
    await privateTmp(t);
    const program = await startDebugged(t);

    await using attached = await attachPlugin({ attachInfo: program.line, protocols: [v2] });

    assert.equal(await healthOf(attached), String(program.pid));
    assert.deepEqual(Object.keys(JSON.parse(program.line)), [
      "Protocol",
      "ProtocolVersion",
      "Pid",
      "StartTime",
      "Test",
      "Addr",
    ]);
    process.kill(program.pid, "SIGINT");
    assert.deepEqual(await program.ended, { code: 0, signal: null });
  });

  test("closing an attachment with shutdown asks the plugin to end", async (t) => {
    await privateTmp(t);
    const program = await startDebugged(t);
    const attached = await attachPlugin({ attachInfo: program.line, protocols: [v2] });

    await attached.close({ shutdown: true });

    assert.deepEqual(await program.ended, { code: 0, signal: null });
    assert.equal((await attached.closed).code, "closed");
  });

  test("a call of an attached plugin that is killed rejects with UNAVAILABLE, whose cause is attach_gone", async (t) => {
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

  test("an attachment notices the end of a plugin that nobody calls", async (t) => {
    await privateTmp(t);
    const program = await startDebugged(t);
    const attached = await attachPlugin({ attachInfo: program.line, protocols: [v2] });

    process.kill(program.pid, "SIGTERM");

    assert.equal((await attached.closed).code, "attach_gone");
    await program.ended;
  });

  test("an attachment without a process id notices the end by the connection", async (t) => {
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

  test("attaching is refused when the process id is another process's by now, which is never touched", async (t) => {
    const tmp = await privateTmp(t);
    const bystander = runProgram(t, "/bin/sleep", ["1000"]);
    const program = runDeveloped(t, { DEBUG: "on", NETWORK: "tcp" });
    const info = parse(await program.firstLine());
    const { startTime = 0 } = info;

    const other = { ...info, pid: bystander.pid, startTime: undefined };
    await rejectsWithPluginError(attachPlugin({ attachInfo: other, protocols: [v2] }), "untrusted_socket");
    const wrong = { ...info, startTime: startTime + 1 };
    const error = await rejectsWithPluginError(
      attachPlugin({ attachInfo: wrong, protocols: [v2] }),
      "attach_gone",
    );
    assert.match(error.message, /is another one by now/);
    const attached = await attachPlugin({ attachInfo: info, protocols: [v2] });
    process.kill(program.pid, "SIGKILL");
    await rejectsWithConnectError(attached.diagnostics.checkHealth({}), Code.Unavailable);
    await attached.close({ shutdown: true, graceMs: 50 });

    assert.equal(isGone(bystander.pid), false);
    removeSockets(tmp.leftovers());
  });

  for (const network of ["unix", "tcp"] as const) {
    test(`an attachment sends nothing to the server that takes the place of a plugin over ${network} that has ended`, async (t) => {
      const tmp = await privateTmp(t);
      const program = runDeveloped(t, { DEBUG: "on", NETWORK: network });
      const { pid: _pid, startTime: _start, ...info } = parse(await program.firstLine());
      const attached = await attachPlugin({ attachInfo: info, protocols: [v2] });
      assert.equal(await healthOf(attached), String(program.pid));
      process.kill(program.pid, "SIGKILL");
      await program.ended;
      removeSockets(tmp.leftovers());
      let connections = 0;
      const thief = createServer((socket) => {
        connections++;
        socket.destroy();
      });
      const port = Number(info.address.split(":").at(-1));
      const where = network === "unix" ? { path: info.address } : { host: "127.0.0.1", port };
      if (network === "unix") mkdirSync(dirname(info.address), { recursive: true });
      await new Promise<void>((resolve) => thief.listen(where, resolve));
      atEnd(t, () => void thief.close());

      for (let times = 0; times < 3; times++) {
        const error = await rejectsWithConnectError(attached.diagnostics.checkHealth({}), Code.Unavailable);
        assert.ok(error.cause instanceof PluginError, String(error.cause));
        assert.equal(error.cause.code, "attach_gone");
      }
      assert.equal((await attached.closed).code, "attach_gone");
      await attached.close({ shutdown: true });
      thief.close();

      assert.equal(connections, 0);
      removeSockets(tmp.leftovers().slice(0, 1));
    });
  }

  test("an attachment outlives the host that launched the plugin only as long as the plugin does", async (t) => {
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

/** Starts a server as another user, and gives what somebody would attach by. */
async function startStranger(t: TestContext, address: string): Promise<Program> {
  const listen = address.startsWith("/") ? JSON.stringify(address) : "0, '127.0.0.1'";
  const program = runProgram(t, process.execPath, [
    "-e",
    `process.setuid(65534); const s = net.createServer((c) => { console.log("connected"); c.destroy(); });
     s.listen(${listen}, () => console.log(s.address().port ?? "ready"))`,
  ]);
  await program.firstLine();
  return program;
}

suite("attaching is refused", () => {
  test("attaching is refused with untrusted_socket when another user listens, and dials it with trustedUsers", {
    skip: process.getuid?.() !== 0 && "only root may start a process of another user",
  }, async (t) => {
    const tmp = await privateTmp(t);
    chmodSync(tmp.path, 0o777);
    const path = join(tmp.path, "stranger");
    const unix = await startStranger(t, path);
    const tcp = await startStranger(t, "tcp");
    for (const [info, program] of [
      [{ network: "unix", address: path }, unix],
      [{ network: "tcp", address: `127.0.0.1:${tcp.stdout().trim()}` }, tcp],
    ] as const) {
      const attachInfo: AttachInfo = { protocolVersion: 2, ...info };

      const error = await rejectsWithPluginError(
        attachPlugin({ attachInfo, protocols: [v2] }),
        "untrusted_socket",
      );
      assert.equal(program.stdout().includes("connected"), false);
      const trusted = attachPlugin({ attachInfo, protocols: [v2], trustedUsers: [65_534] });
      await rejectsWithPluginError(trusted, "dial_failed");

      assert.match(error.message, /belongs to user 65534, expected 0 or root/);
      await until("it is dialled", () => program.stdout().includes("connected"));
    }
    removeSockets(tmp.leftovers());
  });

  test("attaching is refused with attach_gone when there is no such process", async (t) => {
    const ended = runProgram(t, "/bin/true", []);
    await ended.ended;
    const info: AttachInfo = { protocolVersion: 2, network: "unix", address: "/nonexistent", pid: ended.pid };

    const error = await rejectsWithPluginError(
      attachPlugin({ attachInfo: info, protocols: [v2] }),
      "attach_gone",
    );

    assert.match(error.message, /there is no process \d+: start it again/);
  });

  test("attaching is refused with attach_gone when nobody listens", async () => {
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

  test("attaching is refused with dial_failed when what listens is no plugin, and with start_timeout when it says nothing", async (t) => {
    const talker = await listenTcp(t, (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const mute = await listenTcp(t, () => {});

    await rejectsWithPluginError(attachPlugin({ attachInfo: talker, protocols: [v2] }), "dial_failed");
    await rejectsWithPluginError(
      attachPlugin({ attachInfo: mute, protocols: [v2], startTimeoutMs: 100 }),
      "start_timeout",
    );
  });

  test("attaching is refused with aborted when the signal says so", async (t) => {
    const mute = await listenTcp(t, () => {});
    const controller = new AbortController();

    const attaching = attachPlugin({ attachInfo: mute, protocols: [v2], signal: controller.signal });
    controller.abort("enough");

    const error = await rejectsWithPluginError(attaching, "aborted");
    assert.equal(error.cause, "enough");
  });

  test("attaching is refused with protocol_version_mismatch for a major that the host does not have", async () => {
    const info: AttachInfo = { protocolVersion: 2, network: "tcp", address: ":1" };

    await rejectsWithPluginError(
      attachPlugin({ attachInfo: info, protocols: [v1] }),
      "protocol_version_mismatch",
    );
  });

  test("attaching is refused with invalid_option for what is no attach info", async () => {
    await rejectsWithPluginError(
      attachPlugin({ attachInfo: "1|2|unix|/p|grpc|", protocols: [v2] }),
      "invalid_option",
    );
  });
});

function parse(line: string): AttachInfo {
  const { ProtocolVersion: protocolVersion, Pid: pid, StartTime: startTime, Addr } = JSON.parse(line);
  return { protocolVersion, pid, startTime, network: Addr.Network, address: Addr.String };
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
