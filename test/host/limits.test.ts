import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { launchLimited, transports, untilStill } from "../helpers/limited-plugin.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError, rejectsWithPluginError } from "../helpers/rejection.ts";
import { until } from "../helpers/until.ts";
import { packetBytes } from "./fixtures/packet-bytes.ts";

const mebibyte = 2 ** 20;
const hang = { queries: [{ refId: "hang" }] };
const query = { queries: [{ refId: "A" }] };
const ofBytes = (size: number) => ({ queries: [{ refId: "A", json: new Uint8Array(size) }] });

for (const name of Object.keys(transports) as (keyof typeof transports)[]) {
  suite(`limits of a host, by ${name}`, () => {
    test("a request of 17 MiB is refused here, and never sent", async (t) => {
      const plugin = await launchLimited(t, name);

      await rejectsWithConnectError(plugin.data.queryData(ofBytes(17 * mebibyte)), Code.ResourceExhausted);

      assert.equal((await plugin.counts()).queries, 0);
      await plugin.data.queryData(ofBytes(15 * mebibyte));
    });

    test("an answer above maxReceiveBytes is refused, and the connection stays usable", async (t) => {
      const plugin = await launchLimited(t, name, { host: { maxReceiveBytes: 100_000 } });

      await rejectsWithConnectError(plugin.ask("bytes", "3000000"), Code.ResourceExhausted);

      assert.equal((await plugin.ask("bytes", "90000")).length, 90_000);
    });

    test("one call above maxConcurrentCalls fails at once and is not sent; health does not count", async (t) => {
      const plugin = await launchLimited(t, name, { host: { maxConcurrentCalls: 2 } });
      const cancel = new AbortController();
      const calls = [1, 2].map(() =>
        rejectsWithConnectError(plugin.data.queryData(hang, { signal: cancel.signal }), Code.Canceled),
      );

      const refused = await rejectsWithConnectError(plugin.data.queryData(query), Code.ResourceExhausted);

      assert.match(refused.rawMessage, /^the call was not sent: 2 calls .* limits\.maxConcurrentCalls$/);
      assert.equal(await plugin.health(), "serving");
      cancel.abort();
      await Promise.all(calls);
      assert.equal((await plugin.counts()).queries, 2);
    });

    test("a stream counts until it is read to its end, left or cancelled", async (t) => {
      const plugin = await launchLimited(t, name, { host: { maxConcurrentCalls: 1 } });
      const cancel = new AbortController();
      const refused = () => rejectsWithConnectError(plugin.data.queryData(query), Code.ResourceExhausted);

      for await (const _packet of plugin.stream.runStream({})) {
        await refused();
        break;
      }
      await plugin.data.queryData(query);
      const packets = plugin.stream.runStream({}, { signal: cancel.signal })[Symbol.asyncIterator]();
      await packets.next();
      await refused();
      cancel.abort();
      await plugin.data.queryData(query);
      assert.equal((await plugin.ask("bytes", "3")).length, 3);
      await plugin.data.queryData(query);
    });

    for (const [what, maxStreamBacklogBytes, bound] of [
      ["default", undefined, 4 * mebibyte],
      ["smallest", 65_535, 65_535],
    ] as const) {
      test(`nobody reads a stream: with the ${what} backlog the plugin stands still, and goes on later`, async (t) => {
        const plugin = await launchLimited(t, name, { host: { maxStreamBacklogBytes } });
        const packets = plugin.stream.runStream({})[Symbol.asyncIterator]();
        await packets.next();

        const mostBytes = bound + ownBuffers;
        const produced = await untilStill(
          Math.ceil(mostBytes / packetBytes),
          async () => (await plugin.counts()).packets,
        );

        assert.ok(produced * packetBytes >= bound, `the backlog is used: ${produced} packets`);
        for (let count = 1; count < 3 * produced; count++) {
          const { value } = await packets.next();
          assert.equal(Buffer.from(value?.data ?? []).readUInt32BE(0), count);
        }
        await packets.return?.();
        await until("the producer has ended", async () => (await plugin.counts()).streams === 0);
      });
    }

    // Empty packets take connect-node a millisecond each.
    for (const size of name === "grpc" ? [0, 100] : [100]) {
      test(`two streams of packets of ${size} bytes, which nobody reads, stand still beside other calls`, async (t) => {
        const plugin = await launchLimited(t, name, { host: { maxStreamBacklogBytes: 65_535 } });
        const streams = [1, 2].map(() =>
          plugin.stream.runStream({ path: String(size) })[Symbol.asyncIterator](),
        );
        for (const packets of streams) await packets.next();

        // As many as their frames' prefixes alone let through.
        const mostPackets = (2 * (65_535 + ownBuffers)) / (prefixBytes + size);
        const produced = await untilStill(mostPackets, async () => (await plugin.counts()).packets);

        for (const packets of streams) {
          for (let count = 0; count < Math.min(produced, 2000); count++) await packets.next();
          await packets.return?.();
        }
        await until("the producers have ended", async () => (await plugin.counts()).streams === 0);
      });
    }

    test("a slow producer's packets come one by one, as they are produced", async (t) => {
      const plugin = await launchLimited(t, name);
      const packets = plugin.stream.runStream({ path: "gated" })[Symbol.asyncIterator]();

      for (let count = 0; count < 20; count++) {
        const { value } = await packets.next();
        assert.equal(Buffer.from(value?.data ?? []).toString(), String(count));
        const next = packets.next();
        await plugin.ask("open");
        const { value: after } = await next;
        assert.equal(Buffer.from(after?.data ?? []).toString(), String(++count));
        await plugin.ask("open");
      }
      await packets.return?.();
    });

    test("the text of an error is cut, and other calls go on", async (t) => {
      const plugin = await launchLimited(t, name);
      const beside = plugin.stream.runStream({ path: "gated" })[Symbol.asyncIterator]();
      await beside.next();

      for (const text of ["x", "é", "😀"]) {
        const json = new TextEncoder().encode(text);
        const long = { queries: [{ refId: "fail", json, maxDataPoints: 1_000_000n }] };
        const short = { queries: [{ refId: "fail", json, maxDataPoints: 100n }] };
        const cut = await rejectsWithConnectError(plugin.data.queryData(long), Code.FailedPrecondition);
        const whole = await rejectsWithConnectError(plugin.data.queryData(short), Code.FailedPrecondition);

        assert.equal(cut.rawMessage, `${text.repeat(8192 / json.length)}…`);
        assert.equal(whole.rawMessage, text.repeat(100));
      }
      await plugin.ask("open");
      assert.equal((await beside.next()).done, false);
      await beside.return?.();
    });

    test("metadata of 120 KB comes through", async (t) => {
      const plugin = await launchLimited(t, name);

      // Node's HTTP/2 breaks the connection above 64 KiB in one field, or above nine frames of 16 KiB.
      const long = [1, 2, 3].map((count) => [`x-long-${count}`, "x".repeat(40_000)] as const);
      await plugin.data.queryData(query, { headers: Object.fromEntries(long) });

      await plugin.data.queryData(query);
    });

    test("metadata above what the plugin takes fail their call, and no other", async (t) => {
      const plugin = await launchLimited(t, name);
      const beside = plugin.stream.runStream({ path: "ticks" })[Symbol.asyncIterator]();
      await beside.next();

      const call = plugin.data.queryData(query, { headers: { "x-large": "x".repeat(1_200_000) } });

      const { rawMessage } = await rejectsWithConnectError(call, Code.ResourceExhausted);
      assert.match(
        rawMessage,
        /^the call was not sent: the metadata would make a header section of \d+ bytes/,
      );
      assert.equal((await beside.next()).done, false);
      await beside.return?.();
    });
  });
}

/** What a stream may hold beside its backlog: a message or two that are being read and written, and their buffers. */
const ownBuffers = 8 * packetBytes;
/** Before each message. */
const prefixBytes = 5;

suite("limits of what a process writes", () => {
  test("a handshake line above maxHandshakeLineBytes is none", async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable(
      "#!/bin/sh\nprintf '1|2|unix|/%0999d' 0\nexec /bin/sleep 1000\n",
    );

    const failure = await rejectsWithPluginError(
      launchPlugin({ command, protocols: [v2], limits: { maxHandshakeLineBytes: 1000 } }),
      "handshake_invalid",
    );

    assert.match(failure.message, /^expected a handshake line on stdout, got 1000 bytes without a line end/);
  });

  test("stdout after the handshake line has the limit of log lines", async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable(
      "#!/bin/sh\necho '1|2|unix|/nonexistent|grpc|'\nprintf '%0250d\\n' 0\nprintf '%070d' 0\n",
    );
    const lengths: number[] = [];

    await rejectsWithPluginError(
      launchPlugin({
        command,
        protocols: [v2],
        limits: { maxLogLineBytes: 100 },
        onLog: ({ message }) => lengths.push(message.length),
      }),
      "exited",
    );

    assert.deepEqual(lengths, [100, 100, 50, 70]);
  });

  test("an error carries 20 lines of stderr, and 4096 characters of each", async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable(
      "#!/bin/sh\nfor i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22; do printf '%050000d\\n' $i >&2; done\n",
    );

    const { stderrTail, message } = await rejectsWithPluginError(
      launchPlugin({ command, protocols: [v2] }),
      "exited",
    );

    assert.equal(stderrTail.length, 20);
    assert.deepEqual([...new Set(stderrTail)], [`${"0".repeat(4096)}…`]);
    assert.ok(message.length < 2000, `${message.length} characters`);
  });
});
