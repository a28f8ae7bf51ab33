import assert from "node:assert/strict";
import { test } from "node:test";
import { createClientConnection } from "../../../src/transport/http2/http2-connection.ts";
import {
  data,
  endBoth,
  endStream,
  errorCode,
  frameType,
  headers,
  padded,
  setting,
  settings,
  windowUpdate,
} from "./named-frames.ts";
import { requestBlock, responseBlock } from "./raw-frames.ts";
import { type RawPeer, socketPair, startRawServer } from "./raw-peer.ts";
import { createRecordingListener } from "./recording-listener.ts";
import { dialRaw, requestFields, serveRaw } from "./served-raw.ts";

test("nothing is sent past the stream's window, and the rest when it opens", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {}, [setting.initialWindowSize, 10]);
  const next = nextStream();
  peer.send(headers(1, requestBlock, endBoth));
  const { stream } = await next;
  stream.sendHeaders([":status", "200"], false);
  stream.sendData([Buffer.from("0123456789abcdef")], true);
  await peer.settled();

  assert.equal(dataOf(peer, 1), "0123456789");
  assert.equal(stream.queuedBytes, 6);
  peer.send(windowUpdate(1, 4));
  await peer.settled();
  assert.equal(dataOf(peer, 1), "0123456789abcd");
  peer.send(windowUpdate(1, 100));
  await peer.frame(({ type, flags }) => type === frameType.data && (flags & endStream) !== 0);

  assert.equal(dataOf(peer, 1), "0123456789abcdef");
});

test("nothing is sent past the connection's window", async (t) => {
  const { peer, connection } = await dialRaw(t, [setting.initialWindowSize, 2 ** 20]);
  const streams = [0, 1].map(() => connection.openStream(requestFields, false, createRecordingListener()));
  for (const stream of streams) stream.sendData([Buffer.alloc(50_000, "x")], true);
  await peer.settled();

  assert.equal(dataOf(peer, 1).length + dataOf(peer, 3).length, 65_535);
  peer.send(windowUpdate(0, 100_000));
  await Promise.all(
    [1, 3].map((id) =>
      peer.frame(
        ({ type, flags, streamId }) => type === frameType.data && flags === endStream && streamId === id,
      ),
    ),
  );

  assert.equal(dataOf(peer, 1).length + dataOf(peer, 3).length, 100_000);
});

test("a change of the initial window changes the windows of open streams, below zero too", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {}, [setting.initialWindowSize, 20]);
  const next = nextStream();
  peer.send(headers(1, requestBlock, endBoth));
  const { stream } = await next;
  stream.sendHeaders([":status", "200"], false);
  stream.sendData([Buffer.alloc(40, "x")], true);
  await peer.settled();

  peer.send(settings(setting.initialWindowSize, 5), windowUpdate(1, 15));
  await peer.settled();
  assert.equal(dataOf(peer, 1).length, 20);
  peer.send(windowUpdate(1, 1));
  await peer.settled();
  assert.equal(dataOf(peer, 1).length, 21);
  peer.send(settings(setting.initialWindowSize, 100));
  await peer.frame(({ type, flags }) => type === frameType.data && (flags & endStream) !== 0);

  assert.equal(dataOf(peer, 1).length, 40);
});

test("a frame is no larger than the peer allows", async (t) => {
  const { peer, connection } = await dialRaw(t, [
    setting.initialWindowSize,
    2 ** 20,
    setting.maxFrameSize,
    20_000,
  ]);
  connection
    .openStream(requestFields, false, createRecordingListener())
    .sendData([Buffer.alloc(50_000)], true);
  await peer.frame(({ type, flags }) => type === frameType.data && (flags & endStream) !== 0);

  assert.deepEqual(
    peer.frames.filter(({ type }) => type === frameType.data).map(({ payload }) => payload.length),
    [20_000, 20_000, 10_000],
  );
});

test("a stream's window opens again as its bytes are consumed, and the connection's as they come", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {
    streamWindowBytes: 65_535,
    connectionWindowBytes: 65_535,
  });
  const next = nextStream();
  peer.send(headers(1, requestBlock));
  const { stream } = await next;
  for (let i = 0; i < 3; i++) peer.send(data(1, Buffer.alloc(16_384)));
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
  const padding = Buffer.concat([Buffer.of(255), Buffer.alloc(255)]);
  peer.send(headers(1, requestBlock));
  for (let i = 0; i < 200; i++) peer.send(data(1, padding, padded));
  await peer.settled();

  assert.ok(updatesOf(peer, 1).reduce((sum, bytes) => sum + bytes, 0) >= 32_768);
});

test("the connection's window stays shut while more is held than allowed", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {
    connectionWindowBytes: 65_535,
    limits: { maxHeldBytes: 20_000 },
  });
  const next = nextStream();
  peer.send(headers(1, requestBlock));
  const { stream } = await next;
  for (let i = 0; i < 3; i++) peer.send(data(1, Buffer.alloc(16_384)));
  await peer.settled();

  assert.deepEqual(updatesOf(peer, 0), []);
  stream.consume(49_152);
  await peer.settled();

  assert.deepEqual(updatesOf(peer, 0), [49_152]);
});

test("DATA past the stream's window resets the stream", async (t) => {
  const { peer, nextStream } = await serveRaw(t, { streamWindowBytes: 65_535 });
  const next = nextStream();
  peer.send(headers(1, requestBlock));
  const { listener } = await next;
  for (let i = 0; i < 5; i++) peer.send(data(1, Buffer.alloc(16_384)));

  assert.equal(await peer.rstStream(1), errorCode.flowControlError);
  assert.deepEqual((await listener.closed).code, errorCode.flowControlError);
});

test("DATA past the connection's window ends the connection", async (t) => {
  const { peer } = await serveRaw(t, { connectionWindowBytes: 65_535, limits: { maxHeldBytes: 0 } });
  peer.send(headers(1, requestBlock));
  for (let i = 0; i < 5; i++) peer.send(data(1, Buffer.alloc(16_384)));

  assert.equal((await peer.goaway()).code, errorCode.flowControlError);
});

test("until our settings are acknowledged the peer counts with 65,535 bytes, and then with ours", async (t) => {
  const { peer, nextStream } = await serveRaw(t, { streamWindowBytes: 100_000 });
  const next = nextStream();
  peer.send(headers(1, requestBlock));
  await next;
  for (let i = 0; i < 6; i++) peer.send(data(1, Buffer.alloc(16_384)));
  await peer.settled();

  peer.send(data(1, Buffer.alloc(16_384)));

  assert.equal(await peer.rstStream(1), errorCode.flowControlError);
});

test("a stream that waits to be opened has the window of our settings once they are acknowledged", async (t) => {
  const { client, server } = await socketPair(t);
  const peer = startRawServer(server, setting.maxConcurrentStreams, 1);
  const listener = createRecordingListener();
  const connection = createClientConnection(client, {
    // SETTINGS have come, their acknowledgement of ours has not.
    onReady: () => {
      connection.openStream(requestFields, true, createRecordingListener());
      connection.openStream(requestFields, true, listener);
    },
  });
  const opened = (id: number) =>
    peer.frame(({ type, streamId }) => type === frameType.headers && streamId === id);
  await opened(1);
  peer.send(headers(1, responseBlock, endBoth));
  await opened(3);

  peer.send(headers(3, responseBlock));
  for (let i = 0; i < 4; i++) peer.send(data(3, Buffer.alloc(16_384)));
  peer.send(data(3, Buffer.alloc(16_384), endStream));
  await Promise.race([listener.ended, listener.closed]);

  assert.equal(listener.bytes().length, 5 * 16_384);
});

test("a window that is opened past 2^31-1 is an error of its owner", async (t) => {
  const { peer } = await serveRaw(t);
  peer.send(headers(1, requestBlock), windowUpdate(1, 2 ** 31 - 1));

  assert.equal(await peer.rstStream(1), errorCode.flowControlError);
  peer.send(windowUpdate(0, 2 ** 31 - 1));

  assert.equal((await peer.goaway()).code, errorCode.flowControlError);
});

test("a window that is opened by nothing is an error of its owner", async (t) => {
  const { peer } = await serveRaw(t);
  peer.send(headers(1, requestBlock), windowUpdate(1, 0));

  assert.equal(await peer.rstStream(1), errorCode.protocolError);
  peer.send(windowUpdate(0, 0));

  assert.equal((await peer.goaway()).code, errorCode.protocolError);
});

function dataOf(peer: RawPeer, id: number): string {
  const frames = peer.frames.filter(({ type, streamId }) => type === frameType.data && streamId === id);
  return Buffer.concat(frames.map(({ payload }) => payload)).toString("latin1");
}

function updatesOf(peer: RawPeer, id: number): number[] {
  return peer.frames
    .filter(({ type, streamId }) => type === frameType.windowUpdate && streamId === id)
    .map(({ payload }) => payload.readUInt32BE(0));
}
