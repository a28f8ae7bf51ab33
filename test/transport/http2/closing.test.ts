import assert from "node:assert/strict";
import { test } from "node:test";
import { frame, requestBlock, responseBlock, uint32 } from "./raw-frames.ts";
import { createRecordingListener } from "./recording-listener.ts";
import { dialRaw, requestFields, serveRaw } from "./served-raw.ts";

const endBoth = 5;

test("a server that closes says so twice, serves what was on its way, and ends the socket", async (t) => {
  const { peer, connection, nextStream, streams, closed } = await serveRaw(t);
  peer.send(frame(1, endBoth, 1, requestBlock));
  const { stream } = await nextStream();

  connection.close();
  const first = await peer.goaway();
  assert.deepEqual([first.code, first.lastStreamId], [0, 2 ** 31 - 1]);
  assert.equal(connection.isOpen, false);
  // Sent before the client could know.
  const late = nextStream();
  peer.send(frame(1, endBoth, 3, requestBlock));
  const { stream: lateStream } = await late;
  const ping = await peer.frame(({ type, flags }) => type === 6 && flags === 0);
  peer.send(frame(6, 1, 0, ping.payload));
  const second = await peer.frame(({ type, payload }) => type === 7 && payload.readUInt32BE(0) === 3);
  assert.equal(second.payload.readUInt32BE(4), 0);
  // Sent although the client does know.
  peer.send(frame(1, 4, 5, requestBlock), frame(0, 1, 5, "ignored"));
  await peer.settled();
  assert.equal(streams.length, 2);
  stream.sendHeaders([":status", "200"], true);
  lateStream.sendHeaders([":status", "200"], true);
  await peer.closed;

  assert.equal(peer.frames.filter(({ type, flags }) => type === 1 && flags === endBoth).length, 2);
  assert.deepEqual((await closed).code, 0);
});

test("a server without streams closes as soon as the client has answered", async (t) => {
  const { peer, connection, closed } = await serveRaw(t);
  await peer.settled();

  connection.close();
  const ping = await peer.frame(({ type, flags }) => type === 6 && flags === 0);
  peer.send(frame(6, 1, 0, ping.payload));

  await peer.closed;
  assert.equal((await closed).code, 0);
});

test("a client that closes lets its streams end, and takes no others", async (t) => {
  const { peer, connection, closed } = await dialRaw(t);
  const open = createRecordingListener();
  const late = createRecordingListener();
  connection.openStream(requestFields, true, open);
  await peer.frame(({ type }) => type === 1);

  connection.close();
  connection.openStream(requestFields, true, late);
  assert.deepEqual(late.events, []);
  assert.equal((await late.closed).code, 7);
  assert.equal((await peer.goaway()).code, 0);
  peer.send(frame(1, endBoth, 1, responseBlock));
  await open.ended;

  assert.equal((await closed).code, 0);
  await peer.closed;
});

test("GOAWAY of a server refuses the streams above its last one, and lets the others end", async (t) => {
  const { peer, connection, closed } = await dialRaw(t);
  const [first, second] = [createRecordingListener(), createRecordingListener()];
  connection.openStream(requestFields, true, first);
  connection.openStream(requestFields, true, second);
  await peer.frame(({ type, streamId }) => type === 1 && streamId === 3);

  peer.send(frame(7, 0, 0, Buffer.concat([uint32(1), uint32(0), Buffer.from("bye")])));
  assert.deepEqual(await second.closed, {
    code: 7,
    reason: 'the peer is closing the connection: NO_ERROR "bye"',
    isLost: true,
  });
  assert.equal(connection.isOpen, false);
  peer.send(frame(1, endBoth, 1, responseBlock));
  await first.ended;

  assert.deepEqual(await closed, { code: 0, reason: 'the peer is closing the connection: NO_ERROR "bye"' });
  assert.deepEqual(first.events, ["headers end"]);
});

test("a lost socket ends all streams, also those that wait", async (t) => {
  const { peer, connection, closed } = await dialRaw(t, [3, 1]);
  const listeners = [0, 1].map(() => createRecordingListener());
  for (const listener of listeners) connection.openStream(requestFields, true, listener);
  await peer.frame(({ type }) => type === 1);

  peer.socket.destroy();
  const ends = await Promise.all(listeners.map((listener) => listener.closed));

  assert.deepEqual(
    ends.map(({ code, isLost }) => [code, isLost]),
    [
      [10, true],
      [10, true],
    ],
  );
  assert.equal((await closed).code, 10);
  const late = createRecordingListener();
  connection.openStream(requestFields, true, late);
  assert.equal((await late.closed).code, 7);
});

test("a connection is destroyed with an error code and words, and no call reaches a listener within the call", async (t) => {
  const { peer, nextStream, connection } = await serveRaw(t);
  peer.send(frame(1, endBoth, 1, requestBlock));
  const { listener, stream } = await nextStream();

  connection.destroy(2, "out of order");
  assert.deepEqual(listener.events, []);
  stream.sendHeaders([":status", "200"], true);
  stream.reset(8);

  assert.deepEqual(await listener.closed, { code: 2, reason: "out of order", isLost: true });
  const goaway = await peer.goaway();
  assert.deepEqual([goaway.code, goaway.lastStreamId, goaway.text], [2, 1, "out of order"]);
  await peer.closed;
  assert.deepEqual(listener.events, ["closed 2"]);
});

test("a ping is called back when its answer is here", async (t) => {
  const { peer, connection } = await dialRaw(t);
  const answered = new Promise<void>((resolve) => connection.ping(resolve));

  const ping = await peer.frame(({ type, flags }) => type === 6 && flags === 0);
  peer.send(frame(6, 1, 0, ping.payload));

  await answered;
});
