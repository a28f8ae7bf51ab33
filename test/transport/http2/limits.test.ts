import assert from "node:assert/strict";
import { test } from "node:test";
import { createServerConnection } from "../../../src/transport/http2/http2-connection.ts";
import {
  continuation,
  data,
  endBoth,
  endStream,
  errorCode,
  frameType,
  goaway,
  headers,
  padded,
  ping,
  pingAck,
  priority,
  rstStream,
  setting,
  settings,
  settingsAck,
  windowUpdate,
} from "./named-frames.ts";
import { frame, headerBlock, preface, requestBlock, responseBlock, settingsPayload } from "./raw-frames.ts";
import { createRawPeer, socketPair } from "./raw-peer.ts";
import { createRecordingListener } from "./recording-listener.ts";
import { dialRaw, requestFields, serveRaw } from "./served-raw.ts";

/** Reached at once, and not made up for within a test. */
const few = { burst: 10, perSecond: 0.001 };

function times(count: number, make: (i: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, i) => make(i)));
}

const floods: readonly (readonly [what: string, limit: string, flood: Buffer])[] = [
  ["PING", "pings", times(11, () => ping())],
  ["SETTINGS", "settings", times(11, () => settings())],
  ["acknowledgements of SETTINGS", "idleFrames", times(11, () => settingsAck())],
  ["acknowledgements of PING", "idleFrames", times(11, () => pingAck())],
  ["GOAWAY", "goaways", times(11, () => goaway(0, errorCode.noError))],
  ["WINDOW_UPDATE", "windowUpdates", times(11, () => windowUpdate(0, 16_384))],
  ["WINDOW_UPDATE by one byte", "idleFrames", times(11, () => windowUpdate(1, 1))],
  ["DATA of one byte", "idleFrames", times(11, () => data(1, "x"))],
  ["padded DATA of one byte", "idleFrames", times(11, () => data(1, "\x09x123456789", padded))],
  ["DATA without bytes", "idleFrames", times(11, () => data(1))],
  ["padding without DATA", "idleFrames", times(11, () => data(1, "\0", padded))],
  ["PRIORITY", "idleFrames", times(11, () => priority(9))],
  ["unknown frames", "idleFrames", times(11, () => frame(frameType.unknown, 0, 0))],
  ["window updates on a stream that is over", "idleFrames", times(11, () => windowUpdate(3, 1))],
];
for (const [what, limit, flood] of floods) {
  test(`a flood of ${what} ends the connection`, async (t) => {
    const { peer, closed } = await serveRaw(t, { limits: { [limit]: few } });
    // Stream 1 stays open, stream 3 is over.
    peer.send(headers(1, requestBlock), headers(3, requestBlock), rstStream(3, errorCode.cancel));

    peer.send(flood);

    assert.equal((await peer.goaway()).code, errorCode.enhanceYourCalm);
    assert.match((await closed).reason, /more than/);
  });
}

const clientFloods: readonly (readonly [what: string, limit: string, flood: Buffer])[] = [
  ["1xx responses", "informational", times(11, () => headers(1, headerBlock(":status", "103")))],
  ["GOAWAY", "goaways", times(11, () => goaway(1, errorCode.noError))],
  ["acknowledgements of PING", "idleFrames", times(11, () => pingAck())],
  ["DATA of one byte", "idleFrames", times(12, (i) => (i === 0 ? headers(1, responseBlock) : data(1, "x")))],
];
for (const [what, limit, flood] of clientFloods) {
  test(`a flood of ${what} from a server ends the connection`, async (t) => {
    const { peer, connection, closed } = await dialRaw(t, [], { limits: { [limit]: few } });
    connection.openStream(requestFields, true, createRecordingListener());
    await peer.frame(({ type }) => type === frameType.headers);

    peer.send(flood);

    assert.equal((await closed).code, errorCode.enhanceYourCalm);
  });
}

test("a fast peer is none of these floods: its small messages, and windows that it opens as it reads", async (t) => {
  const { peer, streams } = await serveRaw(t);
  peer.send(headers(1, requestBlock));

  for (let turn = 0; turn < 15; turn++) {
    peer.send(times(10_000, () => Buffer.concat([data(1, "\0\0\0\0\0"), windowUpdate(0, 1024)])));
    await peer.settled();
  }

  assert.equal(streams[0]?.listener.bytes().length, 750_000);
});

test("header lists of open streams are bounded together, and freed when they end", async (t) => {
  const { peer, streams } = await serveRaw(t, { limits: { maxHeaderListBytes: 10_000, maxHeldBytes: 1000 } });
  const large = Buffer.concat([requestBlock, headerBlock("x-large", "x".repeat(8000))]);

  peer.send(times(3, (i) => headers(2 * i + 1, large)));
  assert.equal(await peer.rstStream(5), errorCode.enhanceYourCalm);
  peer.send(rstStream(1, errorCode.cancel), headers(7, large));
  await peer.settled();

  assert.deepEqual(
    streams.map(({ stream }) => stream.id),
    [1, 3, 7],
  );
});

test("header lists of answers are bounded together", async (t) => {
  const { peer, connection } = await dialRaw(t, [], {
    limits: { maxHeaderListBytes: 10_000, maxHeldBytes: 1000 },
  });
  const listeners = [1, 2, 3].map(() => createRecordingListener());
  for (const listener of listeners) connection.openStream(requestFields, true, listener);
  await peer.frame(({ type, streamId }) => type === frameType.headers && streamId === 5);
  const large = Buffer.concat([responseBlock, headerBlock("x-large", "x".repeat(8000))]);

  peer.send(times(3, (i) => headers(2 * i + 1, large)));

  assert.equal((await listeners[2]?.closed)?.code, errorCode.enhanceYourCalm);
});

test("streams that are opened and reset at once, again and again, end the connection", async (t) => {
  const { peer, streams } = await serveRaw(t, { limits: { resets: few } });

  peer.send(
    times(50, (i) =>
      Buffer.concat([headers(2 * i + 1, requestBlock), rstStream(2 * i + 1, errorCode.cancel)]),
    ),
  );

  assert.equal((await peer.goaway()).code, errorCode.enhanceYourCalm);
  assert.equal(streams.length, 11);
});

test("streams that the peer makes this side reset count as well", async (t) => {
  const { peer } = await serveRaw(t, { limits: { resets: few } });

  peer.send(times(50, (i) => headers(2 * i + 1, "", endBoth)));

  assert.equal((await peer.goaway()).code, errorCode.enhanceYourCalm);
});

test("a Go host that cancels ten thousand calls in a row is served on", async (t) => {
  const { peer, streams } = await serveRaw(t);

  peer.send(
    times(10_000, (i) =>
      Buffer.concat([headers(2 * i + 1, requestBlock), rstStream(2 * i + 1, errorCode.cancel)]),
    ),
  );
  await peer.settled();

  assert.equal(streams.length, 10_000);
});

test("more streams than allowed are refused, and the others go on", async (t) => {
  const { peer, streams } = await serveRaw(t, { limits: { maxConcurrentStreams: 2 } });

  peer.send(times(3, (i) => headers(2 * i + 1, requestBlock)));
  assert.equal(await peer.rstStream(5), errorCode.refusedStream);
  peer.send(rstStream(1, errorCode.cancel), headers(7, requestBlock, endBoth));
  await peer.settled();

  assert.deepEqual(
    streams.map(({ stream }) => stream.id),
    [1, 3, 7],
  );
  const announced = await peer.frame(({ type, flags }) => type === frameType.settings && flags === 0);
  assert.ok(announced.payload.includes(settingsPayload(setting.maxConcurrentStreams, 2)));
});

test("a header list that is too large ends its stream, on both sides", async (t) => {
  const large = headerBlock("x-large", "x".repeat(925));
  const limits = { maxHeaderListBytes: 1000 };
  const served = await serveRaw(t, { limits });
  served.peer.send(headers(1, Buffer.concat([requestBlock, large]), endBoth));
  assert.equal(await served.peer.rstStream(1), errorCode.enhanceYourCalm);
  served.peer.send(headers(3, requestBlock, endBoth));
  await served.peer.settled();
  assert.equal(served.streams.length, 1);

  const dialled = await dialRaw(t, [], { limits });
  const listener = createRecordingListener();
  dialled.connection.openStream(requestFields, true, listener);
  await dialled.peer.frame(({ type }) => type === frameType.headers);
  dialled.peer.send(headers(1, Buffer.concat([responseBlock, large]), endBoth));

  assert.equal((await listener.closed).code, errorCode.enhanceYourCalm);
});

test("a header block that goes on for too long ends the connection", async (t) => {
  const { peer } = await serveRaw(t, { limits: { maxHeaderListBytes: 40_000 } });

  peer.send(
    headers(1, requestBlock, 0),
    times(3, () => continuation(1, Buffer.alloc(16_000))),
  );

  assert.equal((await peer.goaway()).code, errorCode.enhanceYourCalm);
});

test("too many CONTINUATION frames end the connection, empty ones too", async (t) => {
  const { peer } = await serveRaw(t, { limits: { maxContinuations: 5 } });

  peer.send(
    headers(1, requestBlock, 0),
    times(6, () => continuation(1)),
  );

  assert.equal((await peer.goaway()).code, errorCode.enhanceYourCalm);
});

test("a peer that asks and never reads ends its connection", async (t) => {
  const { peer, closed } = await serveRaw(t, { limits: { maxQueuedBytes: 100_000 } });
  await peer.settled();
  peer.socket.pause();

  peer.send(times(100_000, () => ping()));

  const { code, reason } = await closed;
  assert.equal(code, errorCode.enhanceYourCalm);
  assert.match(reason, /does not read/);
});

test("a peer that does not read keeps large answers waiting, not the connection from living", async (t) => {
  const { peer, nextStream } = await serveRaw(t, { limits: { maxQueuedBytes: 2 ** 20 } }, [
    setting.initialWindowSize,
    2 ** 31 - 1,
  ]);
  peer.send(windowUpdate(0, 2 ** 30), headers(1, requestBlock, endBoth));
  const { stream } = await nextStream();
  peer.socket.pause();

  stream.sendHeaders([":status", "200"], false);
  stream.sendData([Buffer.alloc(64 * 2 ** 20)], true);
  peer.send(ping("unsolved"));
  await new Promise(setImmediate);
  assert.ok(stream.queuedBytes > 60 * 2 ** 20);
  peer.socket.resume();
  await peer.frame(({ type, flags }) => type === frameType.data && flags === endStream);

  assert.equal(stream.queuedBytes, 0);
});

test("a client that says nothing ends its connection", async (t) => {
  const { client, server } = await socketPair(t);
  const closed = Promise.withResolvers<number>();
  createServerConnection(server, {
    onStream: () => createRecordingListener(),
    onClosed: (code) => closed.resolve(code),
    limits: { handshakeTimeoutMs: 20 },
  });
  const peer = createRawPeer(client);

  assert.equal(await closed.promise, errorCode.settingsTimeout);
  assert.equal((await peer.goaway()).code, errorCode.settingsTimeout);
});

test("a client that does not acknowledge settings ends its connection", async (t) => {
  const { client, server } = await socketPair(t);
  createServerConnection(server, {
    onStream: () => createRecordingListener(),
    limits: { handshakeTimeoutMs: 20 },
  });
  const peer = createRawPeer(client);
  peer.send(preface, settings());

  assert.equal((await peer.goaway()).code, errorCode.settingsTimeout);
});

test("what is no HTTP/2 client ends its connection", async (t) => {
  const { client, server } = await socketPair(t);
  createServerConnection(server, { onStream: () => createRecordingListener() });
  const peer = createRawPeer(client);

  client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

  assert.equal((await peer.goaway()).code, errorCode.protocolError);
});

const unfinished: readonly (readonly [what: string, bytes: Buffer])[] = [
  ["a frame header", ping().subarray(0, 4)],
  ["a frame", ping().subarray(0, 12)],
  ["a header block", headers(1, requestBlock, 0)],
];
for (const [what, bytes] of unfinished) {
  test(`a peer that does not finish ${what} ends its connection`, async (t) => {
    const { peer } = await serveRaw(t, { limits: { frameTimeoutMs: 20 } });

    peer.send(bytes);

    assert.equal((await peer.goaway()).code, errorCode.enhanceYourCalm);
  });
}

test("DATA may take its time, longer than another frame", async (t) => {
  const limits = { frameTimeoutMs: 20 };
  const { peer, streams } = await serveRaw(t, { limits });
  const whole = data(1, "hello", endStream);
  peer.send(headers(1, requestBlock));
  await peer.settled();
  peer.send(whole.subarray(0, 11));

  const other = await serveRaw(t, { limits });
  other.peer.send(ping().subarray(0, 4));
  assert.equal((await other.peer.goaway()).code, errorCode.enhanceYourCalm);
  peer.send(whole.subarray(11));
  await peer.settled();

  assert.equal(String(streams[0]?.listener.bytes()), "hello");
});
