import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { StdioData_Channel as Channel, GRPCStdio } from "../../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import {
  createIdleStdioService,
  drainStdio,
  type StdioChunk,
} from "../../../src/go-plugin/services/stdio.ts";
import { implementService } from "../../../src/transport/socket-transport.ts";
import { connectedPair } from "../../helpers/connected-pair.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { until } from "../../helpers/until.ts";

/** One that a later go-plugin may add. */
const unknownChannel: number = 9;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a host gets each piece with the stream it was printed to", async (t) => {
  const { connection } = await connectedPair(t, [
    implementService(GRPCStdio, {
      async *streamStdio() {
        yield { channel: Channel.STDOUT, data: bytes("out") };
        yield { channel: Channel.STDERR, data: bytes("err") };
        yield { channel: Channel.INVALID, data: bytes("lost") };
        yield { channel: unknownChannel, data: bytes("lost") };
      },
    }),
  ]);
  const seen: StdioChunk[] = [];

  await drainStdio(createClient(GRPCStdio, connection.transport), (chunk) => seen.push(chunk));

  assert.deepEqual(
    seen.map(({ stream, data }) => [stream, Buffer.from(data).toString()]),
    [
      ["stdout", "out"],
      ["stderr", "err"],
    ],
  );
});

test("draining ends quietly for a plugin without the service", async (t) => {
  const { connection } = await connectedPair(t, []);

  await drainStdio(createClient(GRPCStdio, connection.transport), () => assert.fail("there is nothing"));
});

test("draining ends quietly when the plugin goes away", async (t) => {
  const { server, connection } = await connectedPair(t, [
    implementService(GRPCStdio, createIdleStdioService()),
  ]);
  const drained = drainStdio(createClient(GRPCStdio, connection.transport), () =>
    assert.fail("there is nothing"),
  );

  await server.close();

  await drained;
});

test("the plugin's own stream is open and empty, and ends with the call", async (t) => {
  let open = 0;
  const { streamStdio } = createIdleStdioService();
  const { connection } = await connectedPair(t, [
    implementService(GRPCStdio, {
      async *streamStdio(request, context) {
        open++;
        try {
          yield* streamStdio(request, context);
        } finally {
          open--;
        }
      },
    }),
  ]);
  const controller = new AbortController();
  const client = createClient(GRPCStdio, connection.transport);
  const first = client.streamStdio({}, { signal: controller.signal })[Symbol.asyncIterator]().next();
  await until("the plugin has the call", () => open === 1);

  controller.abort();

  await rejectionOf(first);
  await until("the plugin's handler has ended", () => open === 0);
});
