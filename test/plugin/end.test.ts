import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { suite, test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { parseHandshakeLine } from "grafana-plugin-protocol/go-plugin";
import { Data, Diagnostics } from "grafana-plugin-protocol/v2";
import { GRPCController } from "../../gen/es/go-plugin/plugin/grpc_controller_pb.js";
import { privateTmp } from "../helpers/private-tmp.ts";
import { isGone, processesWith, untilGone } from "../helpers/processes.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";
import {
  cookie,
  errorRecord,
  query,
  serve,
  servedFixture,
  shutDown,
  startFixture,
} from "../helpers/served-fixture.ts";
import { until } from "../helpers/until.ts";
import { data, endStream, headers } from "../transport/http2/named-frames.ts";
import { headerBlock } from "../transport/http2/raw-frames.ts";
import { type RawPeer, startRawClient } from "../transport/http2/raw-peer.ts";

/** Those whose order matters to a host. */
const frameNames: Readonly<Record<number, string>> = { 0: "DATA", 1: "HEADERS", 6: "PING", 7: "GOAWAY" };

/** A call with an empty message, on a stream of this id. */
function emptyCall(id: number, path: string): readonly Buffer[] {
  const fields = [":method", "POST", ":scheme", "http", ":path", path, ":authority", "x"];
  const block = headerBlock(...fields, "content-type", "application/grpc", "te", "trailers");
  return [headers(id, block), data(id, Buffer.alloc(5), endStream)];
}

function namesOf({ frames }: RawPeer): readonly (string | undefined)[] {
  return frames.map(({ type }) => frameNames[type]).filter((name) => name !== undefined);
}

suite("a plugin ends", () => {
  test("a plugin ends with exit code 0 after Shutdown, also with open handles, and its socket is removed", async (t) => {
    const served = await serve(t, {}, "--timer");
    await query(served.transport);

    await createClient(GRPCController, served.transport).shutdown({});

    assert.deepEqual(await served.program.ended, { code: 0, signal: null });
    assert.equal(existsSync(served.line.address), false);
  });

  test("a plugin ends after Shutdown with the answer before GOAWAY and PING", async (t) => {
    const served = await serve(t);
    const peer = startRawClient(connect(served.line.address));
    peer.send(...emptyCall(1, "/pluginv2.Diagnostics/CheckHealth"));
    await served.program.untilStderr(/waiting: for the end/);

    peer.send(...emptyCall(3, "/plugin.GRPCController/Shutdown"));
    await peer.goaway();
    await served.program.ended;

    assert.deepEqual(namesOf(peer).slice(0, 5), ["HEADERS", "DATA", "HEADERS", "GOAWAY", "PING"]);
  });

  test("a plugin without a running handler ends after Shutdown with the answer as its last frame", async (t) => {
    const served = await serve(t);
    const peer = startRawClient(connect(served.line.address));

    peer.send(...emptyCall(1, "/plugin.GRPCController/Shutdown"));
    await peer.closed;

    assert.deepEqual(await served.program.ended, { code: 0, signal: null });
    assert.deepEqual(namesOf(peer), ["HEADERS", "DATA", "HEADERS"]);
  });

  test("a plugin ends after Shutdown with all that it logged before", async (t) => {
    const served = await serve(t);
    await query(served.transport, "print-much");

    await shutDown(served);

    assert.equal(
      served.program
        .stderr()
        .split("\n")
        .filter((line) => line === "x".repeat(99)).length,
      10_000,
    );
    assert.match(served.program.stderr(), /last: line\n/);
  });

  test("a plugin ends with exit code 0 on SIGTERM, aborts what runs, answers it, and removes its socket", async (t) => {
    const served = await serve(t, {}, "--timer");
    const call = createClient(Diagnostics, served.transport).checkHealth({});
    await served.program.untilStderr(/waiting: for the end/);

    process.kill(served.program.pid, "SIGTERM");

    assert.match((await call).message, /the plugin is shutting down/);
    assert.deepEqual(await served.program.ended, { code: 0, signal: null });
    assert.equal(existsSync(served.line.address), false);
  });

  test("a plugin does not end on SIGINT, which is for the host", async (t) => {
    const served = await serve(t);
    process.kill(served.program.pid, "SIGINT");
    process.kill(served.program.pid, "SIGINT");

    await query(served.transport);

    await shutDown(served);
    assert.deepEqual(await served.program.ended, { code: 0, signal: null });
  });

  test("a plugin ends when its own signal is aborted", async (t) => {
    await privateTmp(t);
    const program = startFixture(t, cookie, "--abort-signal", "--timer");

    assert.deepEqual(await program.ended, { code: 0, signal: null });
  });

  for (const flag of ["--timer", "--no-exit"]) {
    test(`a plugin ends when its host has gone, with ${flag}`, async (t) => {
      const tmp = await privateTmp(t);
      // The shell stands for a host: it starts the plugin, tells its pid, and is killed.
      const host = runProgram(
        t,
        "/bin/sh",
        [
          "-c",
          '"$0" "$@" & echo "pid $!" >&2; wait',
          process.execPath,
          ...sourceProgram(servedFixture, flag),
        ],
        cookie,
      );
      const { address } = parseHandshakeLine(await host.firstLine());
      const pid = Number(/pid (\d+)/.exec(host.stderr())?.[1]);
      assert.equal(isGone(pid), false);

      process.kill(host.pid, "SIGKILL");

      await untilGone(pid);
      assert.equal(existsSync(address), false);
      assert.deepEqual(tmp.leftovers(), []);
    });
  }

  test("when its host, which was reading its stdio, was killed", async (t) => {
    const tmp = await privateTmp(t);
    const fixture = (name: string): URL => new URL(`fixtures/${name}`, import.meta.url);
    const plugin = [process.execPath, ...sourceProgram(servedFixture)];
    const host = runProgram(
      t,
      process.execPath,
      sourceProgram(fixture("reading-host.ts"), ...plugin),
      cookie,
    );
    const pid = Number(await host.firstLine());
    assert.equal(isGone(pid), false);

    process.kill(host.pid, "SIGKILL");

    await untilGone(pid);
    assert.deepEqual(tmp.leftovers(), []);
  });

  for (const levels of [1, 2]) {
    for (const killed of ["host", "launcher"] as const) {
      test(`a plugin ends when its ${killed} was killed, ${levels} shells without exec between the two`, async (t) => {
        const tmp = await privateTmp(t);
        // What a launcher does after the plugin keeps the shell from giving it its own process.
        const launcher = ["/bin/sh", "-c", '"$0" "$@"; true'];
        const plugin = [process.execPath, ...sourceProgram(servedFixture)];
        const command = [...Array.from({ length: levels }, () => launcher).flat(), ...plugin];
        // The first shell stands for a host: its own environment has nothing of what it tells the plugin.
        const tell = "grafana_plugin_type=datasource PLUGIN_PROTOCOL_VERSIONS=2,1";
        const host = runProgram(t, "/bin/sh", ["-c", `${tell} "$0" "$@" & wait`, ...command]);
        await host.firstLine();
        const started = processesWith(tmp.path).filter(({ pid }) => pid !== host.pid);
        assert.equal(started.length, levels + 1);
        const pids = started.map(({ pid }) => pid);
        const pluginPid = started.find((each) => each.command.startsWith(process.execPath))?.pid ?? 0;
        // The shells were started before what they start, from the outside in.
        const [outermost = 0] = pids.toSorted((a, b) => a - b);

        process.kill(killed === "host" ? host.pid : outermost, "SIGKILL");

        await untilGone(pluginPid);
        await until("nothing is left", () => processesWith(tmp.path).length === 0);
        assert.deepEqual(tmp.leftovers(), []);
      });
    }
  }

  for (const [how, code] of [
    ["crash", 1],
    ["exit", 5],
  ] as const) {
    test(`a plugin ends by ${how}, and its socket is removed`, async (t) => {
      const served = await serve(t);
      void createClient(Data, served.transport)
        .queryData({ queries: [{ refId: how }] })
        .catch(() => {});

      assert.deepEqual(await served.program.ended, { code, signal: null });
      assert.equal(existsSync(served.line.address), false);
      if (how === "exit") return;
      const record = errorRecord(served.program);
      assert.equal(record?.message, "plugin crashed");
      assert.match(String(record?.fields["error"]), /^RangeError: out of luck\n/);
    });
  }

  test("a plugin goes on after a rejection that nothing handles, and logs it as an error", async (t) => {
    const served = await serve(t);
    const data = createClient(Data, served.transport);
    void data.queryData({ queries: [{ refId: "reject" }] }).catch(() => {});

    await until("the rejection is logged", () => served.program.stderr().includes("out of luck"));

    const record = errorRecord(served.program);
    assert.match(record?.message ?? "", /^a promise was rejected, and nothing handles it/);
    assert.match(String(record?.fields["error"]), /^RangeError: out of luck\n/);
    await data.queryData({ queries: [] });
    await shutDown(served);
  });
});
