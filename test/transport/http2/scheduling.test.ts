import assert from "node:assert/strict";
import { test } from "node:test";
import { drainMarkBytes, type Http2Stream } from "../../../src/transport/http2/http2-stream.ts";
import { frame, requestBlock, uint32 } from "./raw-frames.ts";
import { serveRaw } from "./served-raw.ts";

const endBoth = 5;
const megabyte = 2 ** 20;

test("streams take turns: a small answer does not wait for large ones", async (t) => {
  const { peer, streams } = await serveRaw(t, {}, [4, 2 ** 31 - 1]);
  peer.send(frame(8, 0, 0, uint32(2 ** 30)));
  for (const id of [1, 3, 5, 7]) peer.send(frame(1, endBoth, id, requestBlock));
  await peer.settled();
  const before = peer.frames.length;

  const [first, second, third, small] = streams.map(({ stream }) => stream);
  for (const stream of [first, second, third]) answer(stream, 32 * megabyte);
  answer(small, 30_000);
  await peer.frame(({ type, flags, streamId }) => type === 0 && flags === 1 && streamId === 7);

  const sentBefore = peer.frames.slice(before).filter(({ type, streamId }) => type === 0 && streamId !== 7);
  const bytes = sentBefore.reduce((sum, { payload }) => sum + payload.length, 0);
  assert.ok(bytes < 2 * megabyte, `${bytes} bytes of large answers came first`);
});

test("large answers share the connection evenly", async (t) => {
  const { peer, streams } = await serveRaw(t, {}, [4, 2 ** 31 - 1]);
  peer.send(frame(8, 0, 0, uint32(2 ** 30)));
  for (const id of [1, 3, 5]) peer.send(frame(1, endBoth, id, requestBlock));
  await peer.settled();

  for (const { stream } of streams) answer(stream, 4 * megabyte);
  await Promise.all(
    [1, 3, 5].map((id) =>
      peer.frame(({ type, flags, streamId }) => type === 0 && flags === 1 && streamId === id),
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
  const { peer, nextStream } = await serveRaw(t, {}, [4, 10_000]);
  peer.send(frame(1, endBoth, 1, requestBlock));
  const { stream, listener } = await nextStream();
  stream.sendHeaders([":status", "200"], false);
  stream.sendData([Buffer.alloc(drainMarkBytes)], false);
  await peer.settled();
  assert.deepEqual(listener.events, []);
  stream.sendData([Buffer.alloc(20_000)], false);
  await peer.settled();
  assert.equal(stream.queuedBytes, drainMarkBytes + 10_000);
  assert.deepEqual(listener.events, []);

  peer.send(frame(8, 0, 1, uint32(9_999)));
  await peer.settled();
  assert.deepEqual(listener.events, []);
  peer.send(frame(8, 0, 1, uint32(1)));
  await listener.drained;

  assert.equal(stream.queuedBytes, drainMarkBytes);
});

test("a stream that is reset drops what it has queued", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {}, [4, 1000]);
  peer.send(frame(1, endBoth, 1, requestBlock));
  const { stream, listener } = await nextStream();
  answer(stream, megabyte);
  await peer.settled();

  stream.reset(8);
  peer.send(frame(8, 0, 1, uint32(megabyte)));
  await peer.settled();

  assert.equal(stream.queuedBytes, 0);
  assert.equal(await peer.rstStream(1), 8);
  assert.equal(peer.frames.filter(({ type }) => type === 0).length, 1);
  assert.deepEqual(listener.events, []);
});

test("chunks of any size arrive whole and in order", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {}, [4, 2 ** 31 - 1]);
  peer.send(frame(8, 0, 0, uint32(2 ** 30)), frame(1, endBoth, 1, requestBlock));
  const { stream } = await nextStream();
  const sizes = [1, 100, 2048, 2049, 16_383, 16_384, 16_385, 0, 65_537, 300_000, 3, 70_000];
  const chunks = sizes.map((size, i) => Buffer.alloc(size, i + 1));

  stream.sendHeaders([":status", "200"], false);
  for (const chunk of chunks) stream.sendData([chunk], false);
  stream.sendData(chunks, false);
  stream.sendHeaders(["x-end", "1"], true);
  await peer.frame(({ type, flags }) => type === 1 && flags === endBoth);

  const data = peer.frames.filter(({ type }) => type === 0).map(({ payload }) => payload);
  assert.ok(Buffer.concat(data).equals(Buffer.concat([...chunks, ...chunks])));
});

function answer(stream: Http2Stream | undefined, bytes: number): void {
  stream?.sendHeaders([":status", "200"], false);
  stream?.sendData([Buffer.alloc(bytes)], true);
}
