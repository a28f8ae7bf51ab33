import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { bothMajors, fixturePlugin, launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { untilGone } from "../helpers/processes.ts";
import { rejectionOf, rejectsWithConnectError } from "../helpers/rejection.ts";
import { until } from "../helpers/until.ts";

suite("a launched plugin", () => {
  test("a launched plugin agrees on the highest major that both sides have", async (t) => {
    await privateTmp(t);
    await using plugin = await launchPlugin({ ...fixturePlugin(), protocols: bothMajors });

    assert.equal(plugin.protocolVersion, 2);
    assert.equal((await plugin.data.queryData({})).responses["A"]?.status, 200);
  });

  test("a launched plugin agrees on the only major of the host", async (t) => {
    await privateTmp(t);
    const [, v1] = bothMajors;
    await using plugin = await launchPlugin({ ...fixturePlugin(), protocols: [v1] });

    assert.equal(plugin.protocolVersion, 1);
    assert.equal((await plugin.datasource.query({ queries: [{ refId: "B" }] })).results[0]?.refId, "B");
  });

  test("a launched plugin answers a handler that throws with UNKNOWN and its message, logs it, and lives", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);

    const error = await rejectsWithConnectError(
      plugin.data.queryData({ queries: [{ refId: "throw" }] }),
      Code.Unknown,
    );
    const streamed = await rejectsWithConnectError(plugin.ask("throw"), Code.Unknown);

    assert.equal(error.rawMessage, "no such table");
    assert.equal(streamed.rawMessage, "no such table");
    await plugin.untilLogged("handler failed");
    const [record] = plugin.log;
    assert.equal(record?.level, "error");
    assert.equal(record?.fields["rpc"], "pluginv2.Data/QueryData");
    assert.match(String(record?.fields["error"]), /^TypeError: no such table\n/);
    assert.equal((await plugin.data.queryData({})).responses["A"]?.status, 200);
  });

  test("a launched plugin answers a service that it lacks with UNIMPLEMENTED", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);

    await rejectsWithConnectError(plugin.diagnostics.checkHealth({}), Code.Unimplemented);
    await rejectsWithConnectError(plugin.stream.publishStream({}), Code.Unimplemented);
  });

  test("a launched plugin has the caller's interceptors around its services, and not around go-plugin's", async (t) => {
    await privateTmp(t);
    const seen: string[] = [];
    const plugin = await launchFixture(t, {
      interceptors: [
        (next) => (request) => {
          seen.push(`${request.service.typeName}/${request.method.name}`);
          return next(request);
        },
      ],
    });

    await plugin.data.queryData({});
    await plugin.close();

    assert.deepEqual(seen, ["pluginv2.Data/QueryData"]);
  });

  test("a launched plugin refuses an answer that is too large, and lives", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t, { limits: { maxReceiveBytes: 1000, maxSendBytes: 2000 } });

    await rejectsWithConnectError(plugin.ask("echo", "x".repeat(1500)), Code.ResourceExhausted);
    await rejectsWithConnectError(plugin.ask("echo", "x".repeat(3000)), Code.ResourceExhausted);

    assert.equal(await plugin.ask("echo", "short"), "short");
  });
});

test("a stream", async (t) => {
  await privateTmp(t);
  const plugin = await launchFixture(t);

  await t.test("a stream that the consumer leaves by break ends at the plugin", async () => {
    for await (const { data } of plugin.stream.runStream({ path: "ticks" })) {
      if (Buffer.from(data).toString() === "3") break;
    }

    await plugin.untilLogged("stream ticks ended, left by the host");
  });

  await t.test(
    "a stream that the consumer leaves by an exception ends at the plugin, and the exception is the consumer's",
    async () => {
      const reason = await rejectionOf(
        (async () => {
          for await (const _packet of plugin.stream.runStream({ path: "once 1" }))
            throw new RangeError("mine");
        })(),
      );

      assert.ok(reason instanceof RangeError);
      await plugin.untilLogged("stream once 1 ended, left by the host");
    },
  );

  await t.test("a stream that the consumer aborts ends at the plugin", async () => {
    const controller = new AbortController();
    const packets = plugin.stream
      .runStream({ path: "once 2" }, { signal: controller.signal })
      [Symbol.asyncIterator]();
    await packets.next();
    const next = packets.next();

    controller.abort();

    await rejectsWithConnectError(next, Code.Canceled);
    await plugin.untilLogged("stream once 2 ended, left by the host");
  });

  await t.test("a stream with a signal that is aborted already is Canceled", async () => {
    const packets = plugin.stream
      .runStream({ path: "once 3" }, { signal: AbortSignal.abort() })
      [Symbol.asyncIterator]();

    await rejectsWithConnectError(packets.next(), Code.Canceled);
  });

  await t.test("a stream that passes its deadline is DeadlineExceeded", async () => {
    const readAll = async (): Promise<void> => {
      for await (const _packet of plugin.stream.runStream({ path: "once 4" }, { timeoutMs: 50 }));
    };

    await rejectsWithConnectError(readAll(), Code.DeadlineExceeded);
  });

  await t.test("a stream beside many others ends alone", async () => {
    const paths = Array.from({ length: 20 }, (_, index) => `path${index}`);
    const streams = paths.map((path) => plugin.stream.runStream({ path })[Symbol.asyncIterator]());
    await Promise.all(streams.map((stream) => stream.next()));

    await streams[7]?.return?.();

    await plugin.untilLogged("stream path7 ended, left by the host");
    const next = await Promise.all(streams.filter((_, index) => index !== 7).map((stream) => stream.next()));
    assert.ok(next.every(({ done }) => done !== true));
    assert.equal(plugin.log.filter(({ message }) => message.startsWith("stream path")).length, 1);
  });
});

suite("a plugin that dies", () => {
  test("a plugin that dies by SIGKILL in a unary call rejects it with UNAVAILABLE, whose cause tells how", async (t) => {
    const tmp = await privateTmp(t);
    const plugin = await launchFixture(t);
    const call = plugin.data.queryData({ queries: [{ refId: "hang-deaf" }] });
    const rejection = rejectsWithConnectError(call, Code.Unavailable);
    await plugin.untilLogged("hanging");

    process.kill(plugin.process.pid, "SIGKILL");

    const { cause } = await rejection;
    assert.ok(cause instanceof PluginError);
    assert.equal(cause.code, "exited");
    assert.equal(cause.pid, plugin.process.pid);
    assert.equal(cause.signal, "SIGKILL");
    assert.equal(cause.exitCode, null);
    assert.deepEqual(cause.stderrTail, ["hanging"]);
    assert.deepEqual(await plugin.process.exited, { code: null, signal: "SIGKILL" });
    await plugin.close();
    assert.deepEqual(tmp.leftovers(), []);
  });

  test("a plugin that dies by SIGKILL in a stream rejects it with UNAVAILABLE, whose cause tells how", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);
    const packets = plugin.stream.runStream({ path: "once" })[Symbol.asyncIterator]();
    assert.equal((await packets.next()).done, false);
    const rejection = rejectsWithConnectError(packets.next(), Code.Unavailable);

    process.kill(plugin.process.pid, "SIGKILL");

    const { cause } = await rejection;
    assert.ok(cause instanceof PluginError);
    assert.deepEqual([cause.code, cause.pid, cause.signal], ["exited", plugin.process.pid, "SIGKILL"]);
  });

  test("a plugin that dies by itself in a call says its last words", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);

    const { cause } = await rejectsWithConnectError(
      plugin.ask("last-words", "out of memory\nbye"),
      Code.Unavailable,
    );

    assert.ok(cause instanceof PluginError);
    assert.deepEqual([cause.code, cause.exitCode, cause.signal], ["exited", 7, null]);
    assert.deepEqual(cause.stderrTail, ["out of memory", "bye"]);
    assert.match(cause.message, /exited with code 7: launch it again$/);
  });

  test("a plugin that dies rejects many calls at once, and every later one", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);
    const calls = Array.from({ length: 30 }, () =>
      plugin.data.queryData({ queries: [{ refId: "hang-deaf" }] }),
    );
    const rejections = Promise.all(calls.map((call) => rejectsWithConnectError(call, Code.Unavailable)));
    await plugin.untilLogged("hanging");

    process.kill(plugin.process.pid, "SIGKILL");

    const errors = await rejections;
    errors.push(await rejectsWithConnectError(plugin.data.queryData({}), Code.Unavailable));
    errors.push(await rejectsWithConnectError(plugin.ask("echo"), Code.Unavailable));
    for (const { cause } of errors) assert.ok(cause instanceof PluginError && cause.code === "exited");
  });

  test("a plugin that dies while another process holds its output open rejects its calls with the same cause", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);
    const child = Number(await plugin.ask("far-child"));
    const call = plugin.data.queryData({ queries: [{ refId: "hang-deaf" }] });
    const rejection = rejectsWithConnectError(call, Code.Unavailable);
    await plugin.untilLogged("hanging");

    process.kill(plugin.process.pid, "SIGKILL");

    const { cause } = await rejection.finally(() => process.kill(child, "SIGKILL"));
    assert.ok(cause instanceof PluginError);
    assert.deepEqual([cause.code, cause.signal], ["exited", "SIGKILL"]);
  });

  test("a plugin that dies leaves nothing behind, also without close", async (t) => {
    const tmp = await privateTmp(t);
    const plugin = await launchFixture(t);
    const child = Number(await plugin.ask("child"));

    process.kill(plugin.process.pid, "SIGKILL");

    await plugin.process.exited;
    await untilGone(child);
    await until("the socket and its directory are removed", () => tmp.leftovers().length === 0);
  });
});
