import assert from "node:assert/strict";
import { test } from "node:test";
import type { Http2Stream } from "../../../src/transport/http2/http2-stream.ts";
import { endBoth, endStream, errorCode, frameType, headers, setting, windowUpdate } from "./named-frames.ts";
import { requestBlock } from "./raw-frames.ts";
import { serveRaw } from "./served-raw.ts";

const megabyte = 2 ** 20;
/** What a stream should queue at most while few others have queued DATA. */
const drainMarkBytes = 64 * 1024;

test("streams take turns: a small answer does not wait for large ones", async (t) => {
  const { peer, streams } = await serveRaw(t, {}, [setting.initialWindowSize, 2 ** 31 - 1]);
  peer.send(windowUpdate(0, 2 ** 30));
  for (const id of [1, 3, 5, 7]) peer.send(headers(id, requestBlock, endBoth));
  await peer.settled();
  const before = peer.frames.length;

  const [first, second, third, small] = streams.map(({ stream }) => stream);
  for (const stream of [first, second, third]) answer(stream, 32 * megabyte);
  answer(small, 30_000);
  await peer.frame(
    ({ type, flags, streamId }) => type === frameType.data && flags === endStream && streamId === 7,
  );

  const sentBefore = peer.frames
    .slice(before)
    .filter(({ type, streamId }) => type === frameType.data && streamId !== 7);
  const bytes = sentBefore.reduce((sum, { payload }) => sum + payload.length, 0);
  assert.ok(bytes < 2 * megabyte, `${bytes} bytes of large answers came first`);
});

test("large answers share the connection evenly", async (t) => {
  const { peer, streams } = await serveRaw(t, {}, [setting.initialWindowSize, 2 ** 31 - 1]);
  peer.send(windowUpdate(0, 2 ** 30));
  for (const id of [1, 3, 5]) peer.send(headers(id, requestBlock, endBoth));
  await peer.settled();

  for (const { stream } of streams) answer(stream, 4 * megabyte);
  await Promise.all(
    [1, 3, 5].map((id) =>
      peer.frame(
        ({ type, flags, streamId }) => type === frameType.data && flags === endStream && streamId === id,
      ),
    ),
  );

  const sent = new Map([1, 3, 5].map((id) => [id, 0]));
  for (const { type, streamId, payload } of peer.frames) {
    if (type !== 0) continue;
    sent.set(streamId, (sent.get(streamId) ?? 0) + payload.length);
    const all = [...sent.values()];
    assert.ok(Math.max(...all) - Math.min(...all) <= 64 * 1024);
  }
});

test("a sender hears when its queue has become short", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {}, [setting.initialWindowSize, 10_000]);
  peer.send(headers(1, requestBlock, endBoth));
  const { stream, listener } = await nextStream();
  stream.sendHeaders([":status", "200"], false);
  stream.sendData([Buffer.alloc(drainMarkBytes)], false);
  await peer.settled();
  assert.deepEqual(listener.events, []);
  stream.sendData([Buffer.alloc(20_000)], false);
  await peer.settled();
  assert.equal(stream.queuedBytes, drainMarkBytes + 10_000);
  assert.deepEqual(listener.events, []);

  peer.send(windowUpdate(1, 9_999));
  await peer.settled();
  assert.deepEqual(listener.events, []);
  peer.send(windowUpdate(1, 1));
  await listener.drained;

  assert.equal(stream.queuedBytes, drainMarkBytes);
});

test("a sender among many should queue less, and hears of the end of its wait also when it began late", async (t) => {
  const { peer, streams } = await serveRaw(t, {}, [setting.initialWindowSize, megabyte]);
  const ids = Array.from({ length: 128 }, (_, index) => 2 * index + 1);
  for (const id of ids) peer.send(headers(id, requestBlock, endBoth));
  await peer.settled();
  const [first, ...others] = streams;
  assert.ok(first !== undefined);
  first.stream.sendHeaders([":status", "200"], false);
  // It takes the window of the connection whole, and queues 10 kB.
  first.stream.sendData([Buffer.alloc(60_000)], false);
  await peer.settled();
  first.stream.sendData([Buffer.alloc(15_535)], false);
  await peer.settled();
  assert.deepEqual(first.listener.events, []);
  assert.equal(first.stream.mustWait(), false);

  for (const { stream } of others) answer(stream, 1000);
  await peer.settled();

  assert.equal(first.stream.drainMarkBytes, 4096);
  assert.equal(first.stream.mustWait(), true);
  peer.send(windowUpdate(0, megabyte));
  await first.listener.drained;
  assert.equal(first.stream.mustWait(), false);
});

test("a stream that is reset drops what it has queued", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {}, [setting.initialWindowSize, 1000]);
  peer.send(headers(1, requestBlock, endBoth));
  const { stream, listener } = await nextStream();
  answer(stream, megabyte);
  await peer.settled();

  stream.reset(errorCode.cancel);
  peer.send(windowUpdate(1, megabyte));
  await peer.settled();

  assert.equal(stream.queuedBytes, 0);
  assert.equal(await peer.rstStream(1), errorCode.cancel);
  assert.equal(peer.frames.filter(({ type }) => type === frameType.data).length, 1);
  assert.deepEqual(listener.events, []);
});

test("chunks of any size arrive whole and in order", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {}, [setting.initialWindowSize, 2 ** 31 - 1]);
  peer.send(windowUpdate(0, 2 ** 30), headers(1, requestBlock, endBoth));
  const { stream } = await nextStream();
  const sizes = [1, 100, 2048, 2049, 16_383, 16_384, 16_385, 0, 65_537, 300_000, 3, 70_000];
  const chunks = sizes.map((size, i) => Buffer.alloc(size, i + 1));

  stream.sendHeaders([":status", "200"], false);
  for (const chunk of chunks) stream.sendData([chunk], false);
  stream.sendData(chunks, false);
  stream.sendHeaders(["x-end", "1"], true);
  await peer.frame(({ type, flags }) => type === frameType.headers && flags === endBoth);

  const data = peer.frames.filter(({ type }) => type === frameType.data).map(({ payload }) => payload);
  assert.ok(Buffer.concat(data).equals(Buffer.concat([...chunks, ...chunks])));
});

function answer(stream: Http2Stream | undefined, bytes: number): void {
  stream?.sendHeaders([":status", "200"], false);
  stream?.sendData([Buffer.alloc(bytes)], true);
}
