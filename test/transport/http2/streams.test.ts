import assert from "node:assert/strict";
import { test } from "node:test";
import { frame, headerBlock, requestBlock, responseBlock, uint32 } from "./raw-frames.ts";
import { createRecordingListener } from "./recording-listener.ts";
import { dialRaw, requestFields, serveRaw } from "./served-raw.ts";

const endHeaders = 4;
const endBoth = 5;

test("a request of one header section, data and trailers is heard in order", async (t) => {
  const { peer, streams } = await serveRaw(t);

  peer.send(
    frame(1, endHeaders, 1, requestBlock),
    frame(0, 0, 1, "hello"),
    frame(1, endBoth, 1, headerBlock("x-end", "1")),
  );
  await peer.settled();

  assert.deepEqual(streams[0]?.fields, requestFields);
  assert.deepEqual(streams[0]?.listener.events, ["data 5", "headers end"]);
});

test("a header block may come in HEADERS and CONTINUATION", async (t) => {
  const { peer, streams } = await serveRaw(t);

  peer.send(
    frame(1, 1, 1, requestBlock.subarray(0, 3)),
    frame(9, 0, 1, requestBlock.subarray(3, 10)),
    frame(9, 0, 1),
    frame(9, endHeaders, 1, requestBlock.subarray(10)),
  );
  await peer.settled();

  assert.deepEqual(streams[0]?.fields, requestFields);
  assert.equal(streams[0]?.endStream, true);
});

test("what a handler sends in one go comes as HEADERS, one DATA frame and HEADERS", async (t) => {
  const { peer, nextStream } = await serveRaw(t);
  const next = nextStream();
  peer.send(frame(1, endBoth, 1, requestBlock));
  const { stream } = await next;

  stream.sendHeaders([":status", "200"], false);
  stream.sendData([Buffer.from("one, "), Buffer.from("two, ")], false);
  stream.sendData([Buffer.from("three")], false);
  stream.sendHeaders(["grpc-status", "0"], true);
  await peer.frame(({ type, flags }) => type === 1 && (flags & 1) === 1);

  const ofStream = peer.frames.filter(({ streamId }) => streamId === 1);
  assert.deepEqual(
    ofStream.map(({ type, flags }) => [type, flags]),
    [
      [1, endHeaders],
      [0, 0],
      [1, endBoth],
    ],
  );
  assert.equal(String(ofStream[1]?.payload), "one, two, three");
});

test("an informational response is left out", async (t) => {
  const { peer, connection } = await dialRaw(t);
  const listener = createRecordingListener();
  connection.openStream(requestFields, true, listener);
  await peer.frame(({ type }) => type === 1);

  peer.send(frame(1, endHeaders, 1, headerBlock(":status", "103")), frame(1, endBoth, 1, responseBlock));

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

    peer.send(frame(1, endHeaders, 1, headerBlock(...fields)), frame(1, endBoth, 3, requestBlock));
    await peer.settled();

    assert.equal(await peer.rstStream(1), 1);
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
    ...[frame(1, endHeaders, 1, block), frame(0, 1, 1, "12345")],
    ...[frame(1, endHeaders, 3, block), frame(0, 1, 3, "123")],
    ...[frame(1, endHeaders, 5, block), frame(0, 1, 5, "1234")],
  );
  await peer.settled();

  assert.deepEqual([await peer.rstStream(1), await peer.rstStream(3)], [1, 1]);
  assert.deepEqual(streams[2]?.listener.events, ["data 4 end"]);
});

test("DATA on a stream that this side has reset is ignored and given back to the connection", async (t) => {
  const { peer, nextStream } = await serveRaw(t, { connectionWindowBytes: 65_535 });
  const next = nextStream();
  peer.send(frame(1, endHeaders, 1, requestBlock));
  const { stream, listener } = await next;

  stream.reset(8);
  assert.equal(await peer.rstStream(1), 8);
  for (let i = 0; i < 3; i++) peer.send(frame(0, 0, 1, Buffer.alloc(16_384)));
  peer.send(frame(1, endBoth, 1, headerBlock("late", "1")));
  await peer.settled();

  assert.deepEqual(listener.events, []);
  const update = await peer.frame(({ type, streamId }) => type === 8 && streamId === 0);
  assert.equal(update.payload.readUInt32BE(0), 32_768);
});

const connectionErrors: readonly (readonly [what: string, code: number, ...frames: Buffer[]])[] = [
  ["DATA on stream 0", 1, frame(0, 0, 0, "x")],
  ["HEADERS on stream 0", 1, frame(1, 4, 0, requestBlock)],
  ["DATA on an idle stream", 1, frame(0, 0, 1, "x")],
  ["RST_STREAM on an idle stream", 1, frame(3, 0, 1, uint32(8))],
  ["WINDOW_UPDATE on an idle stream", 1, frame(8, 0, 1, uint32(8))],
  ["a stream of the server's numbers", 1, frame(1, endBoth, 2, requestBlock)],
  ["a stream below the last", 1, frame(1, endBoth, 5, requestBlock), frame(1, endBoth, 3, requestBlock)],
  ["PUSH_PROMISE", 1, frame(5, 4, 1, "xxxx")],
  ["CONTINUATION without HEADERS", 1, frame(9, 4, 1, requestBlock)],
  ["SETTINGS on a stream", 1, frame(4, 0, 1)],
  ["PING on a stream", 1, frame(6, 0, 1, "12345678")],
  ["GOAWAY on a stream", 1, frame(7, 0, 1, "12345678")],
  ["SETTINGS_ENABLE_PUSH of 2", 1, frame(4, 0, 0, "\0\x02\0\0\0\x02")],
  ["SETTINGS_INITIAL_WINDOW_SIZE of 2^31", 3, frame(4, 0, 0, "\0\x04\x80\0\0\0")],
  ["SETTINGS_MAX_FRAME_SIZE of 100", 1, frame(4, 0, 0, "\0\x05\0\0\0\x64")],
  ["a header block that is none", 9, frame(1, endBoth, 1, "\xff\xff\xff\xff\xff\xff\xff")],
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
  await peer.frame(({ type, streamId }) => type === 1 && streamId === 1);

  assert.equal(peer.frames.filter(({ type }) => type === 1).length, 1);
});

test("a client opens no more streams at once than the server allows, and the rest in order", async (t) => {
  const { peer, connection } = await dialRaw(t, [3, 2]);
  const listeners = [0, 1, 2, 3].map(() => createRecordingListener());
  const streams = listeners.map((listener) => connection.openStream(requestFields, false, listener));
  streams[3]?.sendData([Buffer.from("fourth")], true);
  await peer.frame(({ type, streamId }) => type === 1 && streamId === 3);

  assert.deepEqual(
    streams.map(({ id }) => id),
    [1, 3, 0, 0],
  );
  streams[2]?.reset(8);
  peer.send(frame(3, 0, 1, uint32(7)));
  const data = await peer.frame(({ type, streamId }) => type === 0 && streamId === 5);

  assert.equal(String(data.payload), "fourth");
  assert.equal(streams[3]?.id, 5);
  assert.equal(connection.streamCount, 2);
});
