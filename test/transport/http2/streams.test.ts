import assert from "node:assert/strict";
import { test } from "node:test";
import {
  continuation,
  data,
  endBoth,
  endHeaders,
  endStream,
  errorCode,
  frameType,
  headers,
  rstStream,
  setting,
  windowUpdate,
} from "./named-frames.ts";
import { frame, headerBlock, requestBlock, responseBlock } from "./raw-frames.ts";
import { createRecordingListener } from "./recording-listener.ts";
import { dialRaw, requestFields, serveRaw } from "./served-raw.ts";

test("a request of one header section, data and trailers is heard in order", async (t) => {
  const { peer, streams } = await serveRaw(t);

  peer.send(headers(1, requestBlock), data(1, "hello"), headers(1, headerBlock("x-end", "1"), endBoth));
  await peer.settled();

  assert.deepEqual(streams[0]?.fields, requestFields);
  assert.deepEqual(streams[0]?.listener.events, ["data 5", "headers end"]);
});

test("a header block may come in HEADERS and CONTINUATION", async (t) => {
  const { peer, streams } = await serveRaw(t);

  peer.send(
    headers(1, requestBlock.subarray(0, 3), endStream),
    continuation(1, requestBlock.subarray(3, 10)),
    continuation(1),
    continuation(1, requestBlock.subarray(10), endHeaders),
  );
  await peer.settled();

  assert.deepEqual(streams[0]?.fields, requestFields);
  assert.equal(streams[0]?.endStream, true);
});

test("what a handler sends in one go comes as HEADERS, one DATA frame and HEADERS", async (t) => {
  const { peer, nextStream } = await serveRaw(t);
  const next = nextStream();
  peer.send(headers(1, requestBlock, endBoth));
  const { stream } = await next;

  stream.sendHeaders([":status", "200"], false);
  stream.sendData([Buffer.from("one, "), Buffer.from("two, ")], false);
  stream.sendData([Buffer.from("three")], false);
  stream.sendHeaders(["grpc-status", "0"], true);
  await peer.frame(({ type, flags }) => type === frameType.headers && (flags & endStream) !== 0);

  const ofStream = peer.frames.filter(({ streamId }) => streamId === 1);
  assert.deepEqual(
    ofStream.map(({ type, flags }) => [type, flags]),
    [
      [frameType.headers, endHeaders],
      [frameType.data, 0],
      [frameType.headers, endBoth],
    ],
  );
  assert.equal(String(ofStream[1]?.payload), "one, two, three");
});

test("an informational response is left out", async (t) => {
  const { peer, connection } = await dialRaw(t);
  const listener = createRecordingListener();
  connection.openStream(requestFields, true, listener);
  await peer.frame(({ type }) => type === frameType.headers);

  peer.send(headers(1, headerBlock(":status", "103")), headers(1, responseBlock, endBoth));

  assert.deepEqual(await listener.headers, [":status", "200"]);
  assert.deepEqual(listener.events, ["headers end"]);
});

const malformed: readonly (readonly [what: string, ...fields: string[]])[] = [
  ["no method", ":scheme", "http", ":path", "/"],
  ["no path", ":method", "GET", ":scheme", "http"],
  ["an empty path", ":method", "GET", ":scheme", "http", ":path", ""],
  ["a pseudo-header field twice", ...requestFields, ":path", "/"],
  ["a pseudo-header field of a response", ...requestFields, ":status", "200"],
  ["a pseudo-header field after a regular one", "a", "b", ...requestFields],
  ["a name in upper case", ...requestFields, "Name", "x"],
  ["a line feed in a value", ...requestFields, "name", "x\ny"],
  ["a field of HTTP/1.1 connections", ...requestFields, "connection", "close"],
  ["te other than trailers", ...requestFields, "te", "gzip"],
  ["two lengths of content", ...requestFields, "content-length", "1", "content-length", "2"],
];
for (const [what, ...fields] of malformed) {
  test(`a request with ${what} is reset, and the connection goes on`, async (t) => {
    const { peer, streams } = await serveRaw(t);

    peer.send(headers(1, headerBlock(...fields)), headers(3, requestBlock, endBoth));
    await peer.settled();

    assert.equal(await peer.rstStream(1), errorCode.protocolError);
    assert.deepEqual(
      streams.filter(({ stream }) => stream.id === 3).map(({ fields: seen }) => seen),
      [requestFields],
    );
  });
}

test("DATA that is not as long as content-length says resets the stream", async (t) => {
  const { peer, streams } = await serveRaw(t);
  const block = Buffer.concat([requestBlock, headerBlock("content-length", "4")]);

  peer.send(
    ...[headers(1, block), data(1, "12345", endStream)],
    ...[headers(3, block), data(3, "123", endStream)],
    ...[headers(5, block), data(5, "1234", endStream)],
  );
  await peer.settled();

  assert.deepEqual(
    [await peer.rstStream(1), await peer.rstStream(3)],
    [errorCode.protocolError, errorCode.protocolError],
  );
  assert.deepEqual(streams[2]?.listener.events, ["data 4 end"]);
});

test("DATA on a stream that this side has reset is ignored and given back to the connection", async (t) => {
  const { peer, nextStream } = await serveRaw(t, { connectionWindowBytes: 65_535 });
  const next = nextStream();
  peer.send(headers(1, requestBlock));
  const { stream, listener } = await next;

  stream.reset(errorCode.cancel);
  assert.equal(await peer.rstStream(1), errorCode.cancel);
  for (let i = 0; i < 3; i++) peer.send(data(1, Buffer.alloc(16_384)));
  peer.send(headers(1, headerBlock("late", "1"), endBoth));
  await peer.settled();

  assert.deepEqual(listener.events, []);
  const update = await peer.frame(({ type, streamId }) => type === frameType.windowUpdate && streamId === 0);
  assert.equal(update.payload.readUInt32BE(0), 32_768);
});

const connectionErrors: readonly (readonly [what: string, code: number, ...frames: Buffer[]])[] = [
  ["DATA on stream 0", errorCode.protocolError, data(0, "x")],
  ["HEADERS on stream 0", errorCode.protocolError, headers(0, requestBlock)],
  ["DATA on an idle stream", errorCode.protocolError, data(1, "x")],
  ["RST_STREAM on an idle stream", errorCode.protocolError, rstStream(1, errorCode.cancel)],
  ["WINDOW_UPDATE on an idle stream", errorCode.protocolError, windowUpdate(1, 8)],
  ["a stream of the server's numbers", errorCode.protocolError, headers(2, requestBlock, endBoth)],
  [
    "a stream below the last",
    errorCode.protocolError,
    headers(5, requestBlock, endBoth),
    headers(3, requestBlock, endBoth),
  ],
  ["PUSH_PROMISE", errorCode.protocolError, frame(frameType.pushPromise, endHeaders, 1, "xxxx")],
  ["CONTINUATION without HEADERS", errorCode.protocolError, continuation(1, requestBlock, endHeaders)],
  ["SETTINGS on a stream", errorCode.protocolError, frame(frameType.settings, 0, 1)],
  ["PING on a stream", errorCode.protocolError, frame(frameType.ping, 0, 1, "12345678")],
  ["GOAWAY on a stream", errorCode.protocolError, frame(frameType.goaway, 0, 1, "12345678")],
  ["SETTINGS_ENABLE_PUSH of 2", errorCode.protocolError, frame(frameType.settings, 0, 0, "\0\x02\0\0\0\x02")],
  [
    "SETTINGS_INITIAL_WINDOW_SIZE of 2^31",
    errorCode.flowControlError,
    frame(frameType.settings, 0, 0, "\0\x04\x80\0\0\0"),
  ],
  [
    "SETTINGS_MAX_FRAME_SIZE of 100",
    errorCode.protocolError,
    frame(frameType.settings, 0, 0, "\0\x05\0\0\0\x64"),
  ],
  [
    "a header block that is none",
    errorCode.compressionError,
    headers(1, "\xff\xff\xff\xff\xff\xff\xff", endBoth),
  ],
];
for (const [what, code, ...frames] of connectionErrors) {
  test(`${what} ends the connection`, async (t) => {
    const { peer, closed } = await serveRaw(t);

    peer.send(...frames);

    assert.equal((await peer.goaway()).code, code);
    assert.equal((await closed).code, code);
    await peer.closed;
  });
}

test("a field that may not be sent is refused before anything is written", async (t) => {
  const { peer, connection } = await dialRaw(t);
  const listener = createRecordingListener();

  assert.throws(() => connection.openStream([...requestFields, "x", "a\nb"], true, listener), /"x"/);
  assert.throws(() => connection.openStream([...requestFields, "x", "\u{20ac}"], true, listener), /"x"/);
  connection.openStream(requestFields, true, listener);
  await peer.frame(({ type, streamId }) => type === frameType.headers && streamId === 1);

  assert.equal(peer.frames.filter(({ type }) => type === frameType.headers).length, 1);
});

test("a client opens no more streams at once than the server allows, and the rest in order", async (t) => {
  const { peer, connection } = await dialRaw(t, [setting.maxConcurrentStreams, 2]);
  const listeners = [0, 1, 2, 3].map(() => createRecordingListener());
  const streams = listeners.map((listener) => connection.openStream(requestFields, false, listener));
  streams[3]?.sendData([Buffer.from("fourth")], true);
  await peer.frame(({ type, streamId }) => type === frameType.headers && streamId === 3);

  assert.deepEqual(
    streams.map(({ id }) => id),
    [1, 3, 0, 0],
  );
  streams[2]?.reset(errorCode.cancel);
  peer.send(rstStream(1, errorCode.refusedStream));
  const sent = await peer.frame(({ type, streamId }) => type === frameType.data && streamId === 5);

  assert.equal(String(sent.payload), "fourth");
  assert.equal(streams[3]?.id, 5);
  assert.equal(connection.streamCount, 2);
});
