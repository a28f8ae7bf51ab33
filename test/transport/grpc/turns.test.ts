import assert from "node:assert/strict";
import type { ServerHttp2Stream } from "node:http2";
import { type TestContext, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { implementService } from "grafana-plugin-protocol/transport";
import { v2 } from "grafana-plugin-protocol/v2";
import { ConnInfoSchema, GRPCBroker } from "../../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import { listen } from "../../../src/transport/grpc/listen.ts";
import { unknownFields } from "../../attacks/messages.ts";
import { atEnd } from "../../helpers/at-end.ts";
import { dialled, freshAddress, wideLimits } from "../../helpers/connected-pair.ts";
import { envelope, rawCall, rawClient, rawServer } from "../../helpers/raw-http2.ts";

/** More fields than any machine reads within a turn. */
const many = unknownFields(40_000_000);

test("a small answer that comes behind a large one is received before it", async (t) => {
  const transport = await largeThenSmall(t);
  const order: string[] = [];

  await Promise.all([
    createClient(v2.services.data, transport)
      .queryData({})
      .then(() => order.push("large")),
    createClient(v2.services.diagnostics, transport)
      .checkHealth({})
      .then(() => order.push("small")),
  ]);

  assert.deepEqual(order, ["small", "large"]);
});

test("a call that is aborted while its answer is decoded ends with the reason", async (t) => {
  const transport = await largeThenSmall(t);
  const controller = new AbortController();
  const { signal } = controller;
  const large = createClient(v2.services.data, transport).queryData({}, { signal });
  const small = createClient(v2.services.diagnostics, transport).checkHealth({});

  void small.then(() => controller.abort());

  await assert.rejects(large, (reason) => ConnectError.from(reason).code === Code.Canceled);
});

test("a call whose deadline is over while its answer is decoded ends with DEADLINE_EXCEEDED", async (t) => {
  const transport = await largeThenSmall(t);
  const timeoutMs = 1500;
  const endsAt = performance.now() + timeoutMs;
  const large = createClient(v2.services.data, transport).queryData({}, { timeoutMs });
  const small = createClient(v2.services.diagnostics, transport).checkHealth({});

  // The deadline passes between two turns of the decoder.
  const left = small.then(() => waitHere(endsAt - performance.now() + 1));

  await assert.rejects(large, (reason) => ConnectError.from(reason).code === Code.DeadlineExceeded);
  await left;
});

test("messages of a stream keep their order, also behind one that takes long", async (t) => {
  const read = Promise.withResolvers<readonly number[]>();
  const startStream = async function* (infos: AsyncIterable<{ readonly serviceId: number }>) {
    const ids: number[] = [];
    for await (const { serviceId } of infos) ids.push(serviceId);
    read.resolve(ids);
    yield* [];
  };
  const server = await listen({
    ...wideLimits,
    services: [implementService(GRPCBroker, { startStream })],
    address: await freshAddress(t),
  });
  atEnd(t, () => server.close({ graceMs: 0 }));
  const messages = [1, 2, 3].map((serviceId) => {
    const known = toBinary(ConnInfoSchema, create(ConnInfoSchema, { serviceId }));
    return envelope(serviceId === 2 ? Buffer.concat([many, known]) : known);
  });

  await rawCall(rawClient(t, server.address), "/plugin.GRPCBroker/StartStream", {}, Buffer.concat(messages));

  assert.deepEqual(await read.promise, [1, 2, 3]);
});

/** Keeps the event loop from going on. */
function waitHere(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** A server that answers a query with many fields, and right behind it a health check that came before or later. */
async function largeThenSmall(t: TestContext): Promise<Transport> {
  const address = await freshAddress(t);
  assert.ok(address.network === "unix");
  const small = Promise.withResolvers<ServerHttp2Stream>();
  await rawServer(t, address.path, (stream, headers) => {
    if (headers[":path"] !== "/pluginv2.Data/QueryData") {
      small.resolve(stream);
      return;
    }
    void small.promise.then((waiting) => {
      answer(stream, envelope(many), () => answer(waiting, envelope(new Uint8Array())));
    });
  });
  const { transport } = await dialled(t, address, {});
  return transport;
}

/** Sends a whole answer, and calls back right behind its status. */
function answer(stream: ServerHttp2Stream, body: Uint8Array, onSent: () => void = () => {}): void {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => {
    stream.sendTrailers({ "grpc-status": "0" });
    onSent();
  });
  stream.end(body);
}
