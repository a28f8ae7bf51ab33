import assert from "node:assert/strict";
import { test } from "node:test";
import { createClientConnection } from "../../../src/transport/http2/http2-connection.ts";
import { frame, requestBlock, responseBlock, settingsPayload, uint32 } from "./raw-frames.ts";
import { type RawPeer, socketPair, startRawServer } from "./raw-peer.ts";
import { createRecordingListener } from "./recording-listener.ts";
import { dialRaw, requestFields, serveRaw } from "./served-raw.ts";

const endHeaders = 4;
const endBoth = 5;

test("nothing is sent past the stream's window, and the rest when it opens", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {}, [4, 10]);
  const next = nextStream();
  peer.send(frame(1, endBoth, 1, requestBlock));
  const { stream } = await next;
  stream.sendHeaders([":status", "200"], false);
  stream.sendData([Buffer.from("0123456789abcdef")], true);
  await peer.settled();

  assert.equal(dataOf(peer, 1), "0123456789");
  assert.equal(stream.queuedBytes, 6);
  peer.send(frame(8, 0, 1, uint32(4)));
  await peer.settled();
  assert.equal(dataOf(peer, 1), "0123456789abcd");
  peer.send(frame(8, 0, 1, uint32(100)));
  await peer.frame(({ type, flags }) => type === 0 && (flags & 1) === 1);

  assert.equal(dataOf(peer, 1), "0123456789abcdef");
});

test("nothing is sent past the connection's window", async (t) => {
  const { peer, connection } = await dialRaw(t, [4, 2 ** 20]);
  const streams = [0, 1].map(() => connection.openStream(requestFields, false, createRecordingListener()));
  for (const stream of streams) stream.sendData([Buffer.alloc(50_000, "x")], true);
  await peer.settled();

  assert.equal(dataOf(peer, 1).length + dataOf(peer, 3).length, 65_535);
  peer.send(frame(8, 0, 0, uint32(100_000)));
  await Promise.all(
    [1, 3].map((id) =>
      peer.frame(({ type, flags, streamId }) => type === 0 && flags === 1 && streamId === id),
    ),
  );

  assert.equal(dataOf(peer, 1).length + dataOf(peer, 3).length, 100_000);
});

test("a change of the initial window changes the windows of open streams, below zero too", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {}, [4, 20]);
  const next = nextStream();
  peer.send(frame(1, endBoth, 1, requestBlock));
  const { stream } = await next;
  stream.sendHeaders([":status", "200"], false);
  stream.sendData([Buffer.alloc(40, "x")], true);
  await peer.settled();

  peer.send(frame(4, 0, 0, settingsPayload(4, 5)), frame(8, 0, 1, uint32(15)));
  await peer.settled();
  assert.equal(dataOf(peer, 1).length, 20);
  peer.send(frame(8, 0, 1, uint32(1)));
  await peer.settled();
  assert.equal(dataOf(peer, 1).length, 21);
  peer.send(frame(4, 0, 0, settingsPayload(4, 100)));
  await peer.frame(({ type, flags }) => type === 0 && (flags & 1) === 1);

  assert.equal(dataOf(peer, 1).length, 40);
});

test("a frame is no larger than the peer allows", async (t) => {
  const { peer, connection } = await dialRaw(t, [4, 2 ** 20, 5, 20_000]);
  connection
    .openStream(requestFields, false, createRecordingListener())
    .sendData([Buffer.alloc(50_000)], true);
  await peer.frame(({ type, flags }) => type === 0 && (flags & 1) === 1);

  assert.deepEqual(
    peer.frames.filter(({ type }) => type === 0).map(({ payload }) => payload.length),
    [20_000, 20_000, 10_000],
  );
});

test("a stream's window opens again as its bytes are consumed, and the connection's as they come", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {
    streamWindowBytes: 65_535,
    connectionWindowBytes: 65_535,
  });
  const next = nextStream();
  peer.send(frame(1, endHeaders, 1, requestBlock));
  const { stream } = await next;
  for (let i = 0; i < 3; i++) peer.send(frame(0, 0, 1, Buffer.alloc(16_384)));
  await peer.settled();

  assert.deepEqual(updatesOf(peer, 0), [32_768]);
  assert.deepEqual(updatesOf(peer, 1), []);
  stream.consume(10_000);
  stream.consume(30_000);
  await peer.settled();

  assert.deepEqual(updatesOf(peer, 1), [40_000]);
});

test("padding is given back to the stream at once", async (t) => {
  const { peer } = await serveRaw(t, { streamWindowBytes: 65_535 });
  const padded = Buffer.concat([Buffer.of(255), Buffer.alloc(255)]);
  peer.send(frame(1, endHeaders, 1, requestBlock));
  for (let i = 0; i < 200; i++) peer.send(frame(0, 8, 1, padded));
  await peer.settled();

  assert.ok(updatesOf(peer, 1).reduce((sum, bytes) => sum + bytes, 0) >= 32_768);
});

test("the connection's window stays shut while more is held than allowed", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {
    connectionWindowBytes: 65_535,
    limits: { maxHeldBytes: 20_000 },
  });
  const next = nextStream();
  peer.send(frame(1, endHeaders, 1, requestBlock));
  const { stream } = await next;
  for (let i = 0; i < 3; i++) peer.send(frame(0, 0, 1, Buffer.alloc(16_384)));
  await peer.settled();

  assert.deepEqual(updatesOf(peer, 0), []);
  stream.consume(49_152);
  await peer.settled();

  assert.deepEqual(updatesOf(peer, 0), [49_152]);
});

test("DATA past the stream's window resets the stream", async (t) => {
  const { peer, nextStream } = await serveRaw(t, { streamWindowBytes: 65_535 });
  const next = nextStream();
  peer.send(frame(1, endHeaders, 1, requestBlock));
  const { listener } = await next;
  for (let i = 0; i < 5; i++) peer.send(frame(0, 0, 1, Buffer.alloc(16_384)));

  assert.equal(await peer.rstStream(1), 3);
  assert.deepEqual((await listener.closed).code, 3);
});

test("DATA past the connection's window ends the connection", async (t) => {
  const { peer } = await serveRaw(t, { connectionWindowBytes: 65_535, limits: { maxHeldBytes: 0 } });
  peer.send(frame(1, endHeaders, 1, requestBlock));
  for (let i = 0; i < 5; i++) peer.send(frame(0, 0, 1, Buffer.alloc(16_384)));

  assert.equal((await peer.goaway()).code, 3);
});

test("until our settings are acknowledged the peer counts with 65,535 bytes, and then with ours", async (t) => {
  const { peer, nextStream } = await serveRaw(t, { streamWindowBytes: 100_000 });
  const next = nextStream();
  peer.send(frame(1, endHeaders, 1, requestBlock));
  await next;
  for (let i = 0; i < 6; i++) peer.send(frame(0, 0, 1, Buffer.alloc(16_384)));
  await peer.settled();

  peer.send(frame(0, 0, 1, Buffer.alloc(16_384)));

  assert.equal(await peer.rstStream(1), 3);
});

test("a stream that waits to be opened has the window of our settings once they are acknowledged", async (t) => {
  const { client, server } = await socketPair(t);
  const peer = startRawServer(server, 3, 1);
  const listener = createRecordingListener();
  const connection = createClientConnection(client, {
    // SETTINGS have come, their acknowledgement of ours has not.
    onReady: () => {
      connection.openStream(requestFields, true, createRecordingListener());
      connection.openStream(requestFields, true, listener);
    },
  });
  await peer.frame(({ type, streamId }) => type === 1 && streamId === 1);
  peer.send(frame(1, endBoth, 1, responseBlock));
  await peer.frame(({ type, streamId }) => type === 1 && streamId === 3);

  peer.send(frame(1, endHeaders, 3, responseBlock));
  for (let i = 0; i < 5; i++) peer.send(frame(0, i === 4 ? 1 : 0, 3, Buffer.alloc(16_384)));
  await Promise.race([listener.ended, listener.closed]);

  assert.equal(listener.bytes().length, 5 * 16_384);
});

test("a window that is opened past 2^31-1 is an error of its owner", async (t) => {
  const { peer } = await serveRaw(t);
  peer.send(frame(1, endHeaders, 1, requestBlock), frame(8, 0, 1, uint32(2 ** 31 - 1)));

  assert.equal(await peer.rstStream(1), 3);
  peer.send(frame(8, 0, 0, uint32(2 ** 31 - 1)));

  assert.equal((await peer.goaway()).code, 3);
});

test("a window that is opened by nothing is an error of its owner", async (t) => {
  const { peer } = await serveRaw(t);
  peer.send(frame(1, endHeaders, 1, requestBlock), frame(8, 0, 1, uint32(0)));

  assert.equal(await peer.rstStream(1), 1);
  peer.send(frame(8, 0, 0, uint32(0)));

  assert.equal((await peer.goaway()).code, 1);
});

function dataOf(peer: RawPeer, id: number): string {
  const frames = peer.frames.filter(({ type, streamId }) => type === 0 && streamId === id);
  return Buffer.concat(frames.map(({ payload }) => payload)).toString("latin1");
}

function updatesOf(peer: RawPeer, id: number): number[] {
  return peer.frames
    .filter(({ type, streamId }) => type === 8 && streamId === id)
    .map(({ payload }) => payload.readUInt32BE(0));
}
