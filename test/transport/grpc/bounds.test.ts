import assert from "node:assert/strict";
import { once } from "node:events";
import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import { connect } from "node:net";
import { suite, type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { implementService, type TransportServer } from "grafana-plugin-protocol/transport";
import { v2 } from "grafana-plugin-protocol/v2";
import { GRPCBroker } from "../../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import { QueryDataRequestSchema } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { type GrpcListenOptions, listen } from "../../../src/transport/grpc/listen.ts";
import { unknownFields } from "../../attacks/messages.ts";
import { atEnd } from "../../helpers/at-end.ts";
import { dialled, freshAddress, wideLimits } from "../../helpers/connected-pair.ts";
import { envelope, rawCall, rawClient, rawServer } from "../../helpers/raw-http2.ts";

const path = "/pluginv2.Data/QueryData";
const answer = { responses: { A: { frames: [new Uint8Array(700_000)] } } };

async function served(t: TestContext, options: Partial<GrpcListenOptions> = {}): Promise<TransportServer> {
  const queryData = ({ queries }: { readonly queries: readonly { readonly refId: string }[] }) =>
    queries[0]?.refId === "large" ? answer : {};
  const server = await listen({
    ...wideLimits,
    services: [implementService(v2.services.data, { queryData })],
    ...options,
    address: await freshAddress(t),
  });
  atEnd(t, () => server.close({ graceMs: 0 }));
  return server;
}

function open(session: ClientHttp2Session, headers = {}): ClientHttp2Stream {
  return session.request({
    ...{ ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" },
    ...headers,
  });
}

function compressed(plain: Uint8Array): Buffer {
  const bytes = envelope(gzipSync(plain));
  bytes[0] = 1;
  return bytes;
}

/** Code and message of a call that has ended with headers alone. */
async function refusal(stream: ClientHttp2Stream): Promise<{ code: number; message: string }> {
  const [headers] = await once(stream, "response");
  return { code: Number(headers["grpc-status"]), message: decodeURIComponent(headers["grpc-message"]) };
}

suite("what is not complete", () => {
  test("a message that is not complete counts from its first byte on, and fails one call, not the others", async (t) => {
    const server = await served(t, { maxConnectionBytes: 3_000_000 });
    const session = rawClient(t, server.address);
    const begun = [1, 2].map(() => {
      const stream = open(session);
      stream.write(envelope(new Uint8Array(900_000), 1_200_000));
      return stream;
    });
    for (const stream of begun) await new Promise((resolve) => stream.write("", resolve));
    const third = open(session);

    third.write(envelope(new Uint8Array(900_000), 1_200_000));

    const { code, message } = await refusal(third);
    assert.equal(code, Code.ResourceExhausted);
    assert.match(message, /raise limits\.maxConnectionBytes$/);
    assert.equal((await rawCall(session, path)).trailers["grpc-status"], "0");
    begun[0]?.end(new Uint8Array(300_000));
    await once(begun[0] ?? assert.fail(), "response");
  });

  test("a message that is whole counts while its request does not end", async (t) => {
    const server = await served(t, { maxConnectionBytes: 3_000_000 });
    const session = rawClient(t, server.address);
    const first = Array.from({ length: 8 }, () => {
      const stream = open(session);
      stream.write(envelope(unknownFields(500_000)));
      return refusal(stream);
    });

    const { code, message } = await Promise.race(first);

    assert.equal(code, Code.ResourceExhausted);
    assert.match(message, /limits\.maxConnectionBytes/);
  });

  test("an announced length takes no memory", async (t) => {
    const server = await served(t, { maxConnectionBytes: 100 * 2 ** 20 });
    const session = rawClient(t, server.address);
    const before = process.memoryUsage().arrayBuffers;
    const streams = Array.from({ length: 50 }, () => open(session));
    for (const stream of streams) stream.write(envelope(new Uint8Array(1), 2 ** 30));
    await rawCall(session, path);

    assert.ok(process.memoryUsage().arrayBuffers - before < 80 * 2 ** 20);
  });

  test("a request whose message does not come fails with DEADLINE_EXCEEDED", async (t) => {
    const server = await served(t, { requestTimeoutMs: 1000 });
    const session = rawClient(t, server.address);
    const silent = open(session);
    const partial = open(session);
    partial.write(envelope(new Uint8Array(1), 100));

    for (const stream of [silent, partial]) {
      assert.equal((await refusal(stream)).code, Code.DeadlineExceeded);
    }
    assert.equal((await rawCall(session, path)).trailers["grpc-status"], "0");
  });

  test("answers that are not read fail further ones, until they are read", async (t) => {
    const server = await served(t, { maxConnectionBytes: 1_000_000 });
    const session = rawClient(t, server.address);
    const large = envelope(
      toBinary(QueryDataRequestSchema, create(QueryDataRequestSchema, { queries: [{ refId: "large" }] })),
    );
    const unread = [1, 2, 3].map(() => open(session).end(large));
    const closed = Promise.all(unread.map((stream) => once(stream, "close")));
    const responses = await Promise.all(unread.map((stream) => once(stream, "response")));

    const codes = responses.map(([headers]) => headers["grpc-status"]);
    assert.ok(codes.includes(String(Code.ResourceExhausted)), codes.join());
    assert.ok(codes.includes(undefined), codes.join());
    for (const stream of unread) stream.resume();
    await closed;
    assert.equal((await rawCall(session, path, {}, large)).trailers["grpc-status"], "0");
  });
});

test("one connection more than maxConnections is closed at once", async (t) => {
  const server = await served(t, { maxConnections: 2 });
  assert.equal((await rawCall(rawClient(t, server.address), path)).trailers["grpc-status"], "0");
  const second = rawClient(t, server.address);
  assert.equal((await rawCall(second, path)).trailers["grpc-status"], "0");
  assert.ok(server.address.network === "unix");

  const third = connect(server.address.path).resume();
  third.on("error", () => {});

  await once(third, "close");
  assert.equal((await rawCall(second, path)).trailers["grpc-status"], "0");
});

suite("compressed messages", () => {
  const gzip = { "grpc-encoding": "gzip" };

  test("large compressed messages are decompressed aside, and the request ends behind them", async (t) => {
    const session = rawClient(t, (await served(t)).address);

    const { trailers } = await rawCall(session, path, gzip, compressed(unknownFields(4_000_000)));

    assert.equal(trailers["grpc-status"], "0");
  });

  test("a compressed message that would become a hundred times as large and 16 MiB more is refused", async (t) => {
    const session = rawClient(t, (await served(t)).address);
    const bomb = compressed(new Uint8Array(64 << 20));

    const { headers } = await rawCall(session, path, gzip, bomb);

    assert.equal(headers["grpc-status"], String(Code.ResourceExhausted));
    assert.match(decodeURIComponent(String(headers["grpc-message"])), /more than 100 times as many/);
  });

  test("a compressed message that says that it is short is held to it", async (t) => {
    const session = rawClient(t, (await served(t)).address);
    for (const length of [100, 1_000_000]) {
      const lying = compressed(unknownFields(4_000_000));
      lying.writeUInt32LE(length, lying.length - 4);

      const { headers } = await rawCall(session, path, gzip, lying);

      assert.equal(headers["grpc-status"], String(Code.Internal));
    }
  });

  test("what is decompressed counts towards the bound", async (t) => {
    const session = rawClient(t, (await served(t, { maxConnectionBytes: 3_000_000 })).address);

    const { headers } = await rawCall(session, path, gzip, compressed(unknownFields(4_000_000)));

    assert.equal(headers["grpc-status"], String(Code.ResourceExhausted));
    assert.match(decodeURIComponent(String(headers["grpc-message"])), /limits\.maxConnectionBytes/);
  });
});

suite("compressed messages of a stream", () => {
  const messages = 200;
  const many = Buffer.concat(Array(messages).fill(compressed(unknownFields(400_000))));

  test("compressed messages of a stream that nobody reads count as what came, and are all read later, in a host", async (t) => {
    const address = await freshAddress(t);
    assert.ok(address.network === "unix");
    await rawServer(t, address.path, (stream, headers) => {
      const isLarge = headers[":path"] === "/pluginv2.Resource/CallResource";
      stream.respond(
        { ":status": 200, "content-type": "application/grpc", "grpc-encoding": "gzip" },
        { waitForTrailers: true },
      );
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(isLarge ? many : envelope(new Uint8Array()));
    });
    const { transport } = await dialled(t, address, { maxConnectionBytes: 1_000_000 });
    const answer = createClient(v2.services.resource, transport).callResource({})[Symbol.asyncIterator]();
    const first = await answer.next();
    // Its answer comes behind the others.
    await createClient(v2.services.data, transport).queryData({});

    let read = first.done ? 0 : 1;
    while (!(await answer.next()).done) read++;

    assert.equal(read, messages);
  });

  test("compressed messages of a stream that nobody reads count as what came, and are all read later, in a plugin", async (t) => {
    const goesOn = Promise.withResolvers<undefined>();
    const read = Promise.withResolvers<number>();
    const startStream = async function* (infos: AsyncIterable<unknown>) {
      await goesOn.promise;
      let count = 0;
      for await (const _ of infos) count++;
      read.resolve(count);
      yield* [];
    };
    const server = await served(t, {
      maxConnectionBytes: 1_000_000,
      services: [
        implementService(GRPCBroker, { startStream }),
        implementService(v2.services.data, { queryData: () => ({}) }),
      ],
    });
    const session = rawClient(t, server.address);
    const stream = open(session, { ":path": "/plugin.GRPCBroker/StartStream", "grpc-encoding": "gzip" });
    stream.resume().end(many);
    await rawCall(session, path);
    goesOn.resolve(undefined);

    assert.equal(await read.promise, messages);
  });

  test("a compressed message of a stream that becomes more than the connection may hold fails when it is taken", async (t) => {
    const startStream = async function* (infos: AsyncIterable<unknown>) {
      for await (const _ of infos);
      yield* [];
    };
    const server = await served(t, {
      maxConnectionBytes: 1_000_000,
      services: [implementService(GRPCBroker, { startStream })],
    });
    const stream = open(rawClient(t, server.address), {
      ":path": "/plugin.GRPCBroker/StartStream",
      "grpc-encoding": "gzip",
    });
    stream.write(compressed(unknownFields(4_000_000)));

    const { code, message } = await refusal(stream);

    assert.equal(code, Code.ResourceExhausted);
    assert.match(message, /limits\.maxConnectionBytes/);
  });
});

test("a host's answers count as well", async (t) => {
  const server = await served(t);
  const { transport } = await dialled(t, server.address, { maxConnectionBytes: 600_000 });
  const client = createClient(v2.services.data, transport);

  await assert.rejects(client.queryData({ queries: [{ refId: "large" }] }), /limits\.maxConnectionBytes/);

  await client.queryData({});
});
