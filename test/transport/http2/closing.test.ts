import assert from "node:assert/strict";
import { test } from "node:test";
import {
  data,
  endBoth,
  endStream,
  errorCode,
  frameType,
  goaway,
  headers,
  pingAck,
  setting,
} from "./named-frames.ts";
import { requestBlock, responseBlock } from "./raw-frames.ts";
import { createRecordingListener } from "./recording-listener.ts";
import { dialRaw, requestFields, serveRaw } from "./served-raw.ts";

test("a server that closes says so twice, serves what was on its way, and ends the socket", async (t) => {
  const { peer, connection, nextStream, streams, closed } = await serveRaw(t);
  peer.send(headers(1, requestBlock, endBoth));
  const { stream } = await nextStream();

  connection.close();
  const first = await peer.goaway();
  assert.deepEqual([first.code, first.lastStreamId], [errorCode.noError, 2 ** 31 - 1]);
  assert.equal(connection.isOpen, false);
  // Sent before the client could know.
  const late = nextStream();
  peer.send(headers(3, requestBlock, endBoth));
  const { stream: lateStream } = await late;
  const asked = await peer.frame(({ type, flags }) => type === frameType.ping && flags === 0);
  peer.send(pingAck(asked.payload));
  const second = await peer.frame(
    ({ type, payload }) => type === frameType.goaway && payload.readUInt32BE(0) === 3,
  );
  assert.equal(second.payload.readUInt32BE(4), errorCode.noError);
  // Sent although the client does know.
  peer.send(headers(5, requestBlock), data(5, "ignored", endStream));
  await peer.settled();
  assert.equal(streams.length, 2);
  stream.sendHeaders([":status", "200"], true);
  lateStream.sendHeaders([":status", "200"], true);
  await peer.closed;

  assert.equal(
    peer.frames.filter(({ type, flags }) => type === frameType.headers && flags === endBoth).length,
    2,
  );
  assert.deepEqual((await closed).code, errorCode.noError);
});

test("a server without streams closes as soon as the client has answered", async (t) => {
  const { peer, connection, closed } = await serveRaw(t);
  await peer.settled();

  connection.close();
  const asked = await peer.frame(({ type, flags }) => type === frameType.ping && flags === 0);
  peer.send(pingAck(asked.payload));

  await peer.closed;
  assert.equal((await closed).code, errorCode.noError);
});

test("a client that closes lets its streams end, and takes no others", async (t) => {
  const { peer, connection, closed } = await dialRaw(t);
  const open = createRecordingListener();
  const late = createRecordingListener();
  connection.openStream(requestFields, true, open);
  await peer.frame(({ type }) => type === frameType.headers);

  connection.close();
  connection.openStream(requestFields, true, late);
  assert.deepEqual(late.events, []);
  assert.equal((await late.closed).code, errorCode.refusedStream);
  assert.equal((await peer.goaway()).code, errorCode.noError);
  peer.send(headers(1, responseBlock, endBoth));
  await open.ended;

  assert.equal((await closed).code, errorCode.noError);
  await peer.closed;
});

test("GOAWAY of a server refuses the streams above its last one, and lets the others end", async (t) => {
  const { peer, connection, closed } = await dialRaw(t);
  const [first, second] = [createRecordingListener(), createRecordingListener()];
  connection.openStream(requestFields, true, first);
  connection.openStream(requestFields, true, second);
  await peer.frame(({ type, streamId }) => type === frameType.headers && streamId === 3);

  peer.send(goaway(1, errorCode.noError, "bye"));
  assert.deepEqual(await second.closed, {
    code: errorCode.refusedStream,
    reason: 'the peer is closing the connection: NO_ERROR "bye"',
    isLost: true,
  });
  assert.equal(connection.isOpen, false);
  peer.send(headers(1, responseBlock, endBoth));
  await first.ended;

  assert.deepEqual(await closed, {
    code: errorCode.noError,
    reason: 'the peer is closing the connection: NO_ERROR "bye"',
  });
  assert.deepEqual(first.events, ["headers end"]);
});

test("a lost socket ends all streams, also those that wait", async (t) => {
  const { peer, connection, closed } = await dialRaw(t, [setting.maxConcurrentStreams, 1]);
  const listeners = [0, 1].map(() => createRecordingListener());
  for (const listener of listeners) connection.openStream(requestFields, true, listener);
  await peer.frame(({ type }) => type === frameType.headers);

  peer.socket.destroy();
  const ends = await Promise.all(listeners.map((listener) => listener.closed));

  assert.deepEqual(
    ends.map(({ code, isLost }) => [code, isLost]),
    [
      [errorCode.connectError, true],
      [errorCode.connectError, true],
    ],
  );
  assert.equal((await closed).code, errorCode.connectError);
  const late = createRecordingListener();
  connection.openStream(requestFields, true, late);
  assert.equal((await late.closed).code, errorCode.refusedStream);
});

test("a connection is destroyed with an error code and words, and no call reaches a listener within the call", async (t) => {
  const { peer, nextStream, connection } = await serveRaw(t);
  peer.send(headers(1, requestBlock, endBoth));
  const { listener, stream } = await nextStream();

  connection.destroy(errorCode.internalError, "out of order");
  assert.deepEqual(listener.events, []);
  stream.sendHeaders([":status", "200"], true);
  stream.reset(errorCode.cancel);

  assert.deepEqual(await listener.closed, {
    code: errorCode.internalError,
    reason: "out of order",
    isLost: true,
  });
  const last = await peer.goaway();
  assert.deepEqual([last.code, last.lastStreamId, last.text], [errorCode.internalError, 1, "out of order"]);
  await peer.closed;
  assert.deepEqual(listener.events, ["closed 2"]);
});
