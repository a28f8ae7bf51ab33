import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import { parseHandshakeLine } from "grafana-plugin-protocol/go-plugin";
import { implementService } from "grafana-plugin-protocol/transport";
import { Resource } from "grafana-plugin-protocol/v2";
import { GRPCBroker } from "../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import { GRPCController } from "../../gen/es/go-plugin/plugin/grpc_controller_pb.js";
import { GRPCStdio } from "../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import { toSocketAddress } from "../../src/host/client/socket-address.ts";
import { atEnd } from "../helpers/at-end.ts";
import { dialled } from "../helpers/connected-pair.ts";
import { launchLimited, transports, untilStill } from "../helpers/limited-plugin.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";
import { cookie } from "../helpers/served-fixture.ts";
import { until } from "../helpers/until.ts";
import { packetBytes } from "../host/fixtures/packet-bytes.ts";

const limitedPlugin = new URL("../host/fixtures/limited-plugin.ts", import.meta.url);
const mebibyte = 2 ** 20;
const most = 2 ** 31 - 1;
const messages = { maxReceiveBytes: most, maxSendBytes: most };
const query = { queries: [{ refId: "A" }] };
const ofBytes = (size: number) => ({ queries: [{ refId: "A", json: new Uint8Array(size) }] });

for (const name of Object.keys(transports) as (keyof typeof transports)[]) {
  suite(`limits of a plugin, by ${name}`, () => {
    test("a request of 17 MiB is refused by the plugin, and the connection stays usable", async (t) => {
      const plugin = await launchLimited(t, name, { host: { maxSendBytes: most } });

      for (let turn = 0; turn < 3; turn++) {
        await rejectsWithConnectError(plugin.data.queryData(ofBytes(17 * mebibyte)), Code.ResourceExhausted);
        await plugin.data.queryData(ofBytes(15 * mebibyte));
      }

      assert.equal((await plugin.counts()).queries, 3);
    });

    test("an answer above maxSendBytes is refused by the plugin", async (t) => {
      const plugin = await launchLimited(t, name, { plugin: { maxSendBytes: 100_000 } });

      await rejectsWithConnectError(plugin.ask("bytes", "100001"), Code.ResourceExhausted);

      assert.equal((await plugin.ask("bytes", "90000")).length, 90_000);
    });

    test("one call above maxConcurrentCalls fails at once; go-plugin's own calls come through", async (t) => {
      const plugin = await launchLimited(t, name, { plugin: { maxConcurrentCalls: 2 } });
      const streams = [1, 2].map(() => plugin.stream.runStream({ path: "gated" })[Symbol.asyncIterator]());
      for (const stream of streams) await stream.next();

      // More than the connection lets through at once.
      const refused = await Promise.all(
        Array.from({ length: 500 }, () =>
          rejectsWithConnectError(plugin.data.queryData(query), Code.ResourceExhausted),
        ),
      );

      assert.match(refused[0]?.rawMessage ?? "", /^2 calls are being answered already: /);
      assert.equal(await plugin.health(), "serving");
      assert.ok((await plugin.services())?.includes("pluginv2.Data"));
      await streams[0]?.return?.();
      await until("the stream has ended", () =>
        plugin.data.queryData(query).then(
          () => true,
          () => false,
        ),
      );
      await plugin.close();
      assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
    });

    test("a handler that does not end when its call is cancelled counts on", async (t) => {
      const plugin = await launchLimited(t, name, { plugin: { maxConcurrentCalls: 2 } });
      const cancel = new AbortController();
      const deaf = { queries: [{ refId: "deaf" }] };
      const cancelled = rejectsWithConnectError(
        plugin.data.queryData(deaf, { signal: cancel.signal }),
        Code.Canceled,
      );
      await until("the handler has begun", async () => (await plugin.counts()).queries === 1);
      cancel.abort();
      await cancelled;
      const stream = plugin.stream.runStream({ path: "gated" })[Symbol.asyncIterator]();
      await stream.next();

      await rejectsWithConnectError(plugin.data.queryData(query), Code.ResourceExhausted);

      await stream.return?.();
      await until("the stream has ended", () =>
        plugin.data.queryData(query).then(
          () => true,
          () => false,
        ),
      );
      assert.equal((await plugin.counts()).queries, 2);
    });

    test("streams that are cancelled at any moment, at a wait or at a yield, count no longer", async (t) => {
      const plugin = await launchLimited(t, name, {
        plugin: { maxConcurrentCalls: 2 },
        host: { maxStreamBacklogBytes: 65_535 },
      });

      for (let turn = 0; turn < 100; turn++) {
        const cancel = new AbortController();
        const path = turn % 2 === 0 ? "gated" : "";
        const packets = plugin.stream.runStream({ path }, { signal: cancel.signal })[Symbol.asyncIterator]();
        const first = packets.next();
        first.catch(() => {});
        // Before it is sent, while it is under way, when it has begun, and when it cannot go on.
        if (turn % 10 >= 8) await first.catch(() => {});
        else for (let wait = turn % 10; wait > 0; wait--) await new Promise(setImmediate);
        cancel.abort();
      }

      await until("the handlers have ended", async () => {
        const counts = await plugin.counts().catch(() => undefined);
        return counts?.streams === 0;
      });
      const streams = [1, 2].map(() => plugin.stream.runStream({ path: "gated" })[Symbol.asyncIterator]());
      for (const stream of streams) assert.equal((await stream.next()).done, false);
      await rejectsWithConnectError(plugin.data.queryData(query), Code.ResourceExhausted);
      for (const stream of streams) await stream.return?.();
    });

    test("a handler that does not read bounds who sends it a stream, and goes on later", async (t) => {
      const tmp = await privateTmp(t);
      const { promise: gate, resolve: open } = Promise.withResolvers<void>();
      const server = await transports[name].listen({
        ...messages,
        address: { network: "unix", path: join(tmp.path, "socket") },
        maxStreamBacklogBytes: 65_535,
        services: [
          implementService(GRPCBroker, {
            async *startStream(requests) {
              yield {};
              await gate;
              for await (const { address } of requests) yield { address: String(address.length) };
            },
          }),
        ],
      });
      atEnd(t, () => server.close());
      const connection = await transports[name].dial({ ...messages, address: server.address });
      atEnd(t, () => connection.close());
      let sent = 0;
      async function* flood(): AsyncGenerator<{ address: string }> {
        for (;;) {
          sent++;
          yield { address: "x".repeat(packetBytes) };
        }
      }
      const answers = createClient(GRPCBroker, connection.transport)
        .startStream(flood())
        [Symbol.asyncIterator]();
      await answers.next();

      const produced = await untilStill(64, async () => sent);

      assert.ok(produced >= 1);
      open();
      for (let count = 0; count < 3 * produced; count++) {
        assert.equal((await answers.next()).value?.address, String(packetBytes));
      }
      await answers.return?.();
    });

    test("1024 writes to stdout wait for a host that does not read", async (t) => {
      // Without launchPlugin, which reads: the first reader keeps the stream.
      await privateTmp(t);
      const fixture = sourceProgram(limitedPlugin, JSON.stringify({ transport: name }));
      const program = runProgram(t, process.execPath, fixture, { ...cookie, PLUGIN_PROTOCOL_VERSIONS: "2" });
      const { transport } = await dialled(t, toSocketAddress(parseHandshakeLine(await program.firstLine())));
      const print = async (writes: string): Promise<string> => {
        const request = { path: "print", body: new TextEncoder().encode(writes) };
        let printed = "";
        for await (const { body: part } of createClient(Resource, transport).callResource(request)) {
          printed += new TextDecoder().decode(part);
        }
        return printed;
      };
      const printed = createClient(GRPCStdio, transport).streamStdio({})[Symbol.asyncIterator]();
      let isRead = false;
      const first = printed.next().then(() => {
        isRead = true;
      });
      await until("the reader is there", async () => {
        await print("1");
        return isRead;
      });
      await first;

      assert.equal(await print("40000"), "1024");
      await createClient(GRPCController, transport).shutdown({});
      await program.ended;
    });
  });
}
