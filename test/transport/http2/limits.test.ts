import assert from "node:assert/strict";
import { test } from "node:test";
import { createServerConnection } from "../../../src/transport/http2/http2-connection.ts";
import {
  frame,
  headerBlock,
  preface,
  requestBlock,
  responseBlock,
  settingsPayload,
  uint32,
} from "./raw-frames.ts";
import { createRawPeer, socketPair } from "./raw-peer.ts";
import { createRecordingListener } from "./recording-listener.ts";
import { dialRaw, requestFields, serveRaw } from "./served-raw.ts";

const endHeaders = 4;
const endBoth = 5;
const enhanceYourCalm = 11;
/** Reached at once, and not made up for within a test. */
const few = { burst: 10, perSecond: 0.001 };

function times(count: number, make: (i: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, i) => make(i)));
}

const floods: readonly (readonly [what: string, limit: string, flood: Buffer])[] = [
  ["PING", "pings", times(11, () => frame(6, 0, 0, "12345678"))],
  ["SETTINGS", "settings", times(11, () => frame(4, 0, 0))],
  ["acknowledgements of SETTINGS", "idleFrames", times(11, () => frame(4, 1, 0))],
  ["acknowledgements of PING", "idleFrames", times(11, () => frame(6, 1, 0, "12345678"))],
  ["GOAWAY", "goaways", times(11, () => frame(7, 0, 0, Buffer.alloc(8)))],
  ["WINDOW_UPDATE", "windowUpdates", times(11, () => frame(8, 0, 0, uint32(16_384)))],
  ["WINDOW_UPDATE by one byte", "idleFrames", times(11, () => frame(8, 0, 1, uint32(1)))],
  ["DATA of one byte", "idleFrames", times(11, () => frame(0, 0, 1, "x"))],
  ["padded DATA of one byte", "idleFrames", times(11, () => frame(0, 8, 1, "\x09x123456789"))],
  ["DATA without bytes", "idleFrames", times(11, () => frame(0, 0, 1))],
  ["padding without DATA", "idleFrames", times(11, () => frame(0, 8, 1, "\0"))],
  ["PRIORITY", "idleFrames", times(11, () => frame(2, 0, 9, "\0\0\0\0\0"))],
  ["unknown frames", "idleFrames", times(11, () => frame(0xee, 0, 0))],
  ["window updates on a stream that is over", "idleFrames", times(11, () => frame(8, 0, 3, uint32(1)))],
];
for (const [what, limit, flood] of floods) {
  test(`a flood of ${what} ends the connection`, async (t) => {
    const { peer, closed } = await serveRaw(t, { limits: { [limit]: few } });
    // Stream 1 stays open, stream 3 is over.
    peer.send(
      frame(1, endHeaders, 1, requestBlock),
      frame(1, endHeaders, 3, requestBlock),
      frame(3, 0, 3, uint32(8)),
    );

    peer.send(flood);

    assert.equal((await peer.goaway()).code, enhanceYourCalm);
    assert.match((await closed).reason, /more than/);
  });
}

const clientFloods: readonly (readonly [what: string, limit: string, flood: Buffer])[] = [
  ["1xx responses", "informational", times(11, () => frame(1, endHeaders, 1, headerBlock(":status", "103")))],
  ["GOAWAY", "goaways", times(11, () => frame(7, 0, 0, Buffer.concat([uint32(1), uint32(0)])))],
  ["acknowledgements of PING", "idleFrames", times(11, () => frame(6, 1, 0, "12345678"))],
  [
    "DATA of one byte",
    "idleFrames",
    times(12, (i) => (i === 0 ? frame(1, 4, 1, responseBlock) : frame(0, 0, 1, "x"))),
  ],
];
for (const [what, limit, flood] of clientFloods) {
  test(`a flood of ${what} from a server ends the connection`, async (t) => {
    const { peer, connection, closed } = await dialRaw(t, [], { limits: { [limit]: few } });
    connection.openStream(requestFields, true, createRecordingListener());
    await peer.frame(({ type }) => type === 1);

    peer.send(flood);

    assert.equal((await closed).code, enhanceYourCalm);
  });
}

test("a fast peer is none of these floods: its small messages, and windows that it opens as it reads", async (t) => {
  const { peer, streams } = await serveRaw(t);
  peer.send(frame(1, endHeaders, 1, requestBlock));

  for (let turn = 0; turn < 15; turn++) {
    peer.send(
      times(10_000, () => Buffer.concat([frame(0, 0, 1, "\0\0\0\0\0"), frame(8, 0, 0, uint32(1024))])),
    );
    await peer.settled();
  }

  assert.equal(streams[0]?.listener.bytes().length, 750_000);
});

test("header lists of open streams are bounded together, and freed when they end", async (t) => {
  const { peer, streams } = await serveRaw(t, { limits: { maxHeaderListBytes: 10_000, maxHeldBytes: 1000 } });
  const large = Buffer.concat([requestBlock, headerBlock("x-large", "x".repeat(8000))]);

  peer.send(times(3, (i) => frame(1, endHeaders, 2 * i + 1, large)));
  assert.equal(await peer.rstStream(5), enhanceYourCalm);
  peer.send(frame(3, 0, 1, uint32(8)), frame(1, endHeaders, 7, large));
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
  await peer.frame(({ type, streamId }) => type === 1 && streamId === 5);
  const large = Buffer.concat([responseBlock, headerBlock("x-large", "x".repeat(8000))]);

  peer.send(times(3, (i) => frame(1, endHeaders, 2 * i + 1, large)));

  assert.equal((await listeners[2]?.closed)?.code, enhanceYourCalm);
});

test("streams that are opened and reset at once, again and again, end the connection", async (t) => {
  const { peer, streams } = await serveRaw(t, { limits: { resets: few } });

  peer.send(
    times(50, (i) =>
      Buffer.concat([frame(1, endHeaders, 2 * i + 1, requestBlock), frame(3, 0, 2 * i + 1, uint32(8))]),
    ),
  );

  assert.equal((await peer.goaway()).code, enhanceYourCalm);
  assert.equal(streams.length, 11);
});

test("streams that the peer makes this side reset count as well", async (t) => {
  const { peer } = await serveRaw(t, { limits: { resets: few } });

  peer.send(times(50, (i) => frame(1, endBoth, 2 * i + 1)));

  assert.equal((await peer.goaway()).code, enhanceYourCalm);
});

test("a Go host that cancels ten thousand calls in a row is served on", async (t) => {
  const { peer, streams } = await serveRaw(t);

  peer.send(
    times(10_000, (i) =>
      Buffer.concat([frame(1, endHeaders, 2 * i + 1, requestBlock), frame(3, 0, 2 * i + 1, uint32(8))]),
    ),
  );
  await peer.settled();

  assert.equal(streams.length, 10_000);
});

test("more streams than allowed are refused, and the others go on", async (t) => {
  const { peer, streams } = await serveRaw(t, { limits: { maxConcurrentStreams: 2 } });

  peer.send(times(3, (i) => frame(1, endHeaders, 2 * i + 1, requestBlock)));
  assert.equal(await peer.rstStream(5), 7);
  peer.send(frame(3, 0, 1, uint32(8)), frame(1, endBoth, 7, requestBlock));
  await peer.settled();

  assert.deepEqual(
    streams.map(({ stream }) => stream.id),
    [1, 3, 7],
  );
  const settings = await peer.frame(({ type, flags }) => type === 4 && flags === 0);
  assert.ok(settings.payload.includes(settingsPayload(3, 2)));
});

test("a header list that is too large ends its stream, on both sides", async (t) => {
  const large = headerBlock("x-large", "x".repeat(925));
  const limits = { maxHeaderListBytes: 1000 };
  const served = await serveRaw(t, { limits });
  served.peer.send(frame(1, endBoth, 1, Buffer.concat([requestBlock, large])));
  assert.equal(await served.peer.rstStream(1), enhanceYourCalm);
  served.peer.send(frame(1, endBoth, 3, requestBlock));
  await served.peer.settled();
  assert.equal(served.streams.length, 1);

  const dialled = await dialRaw(t, [], { limits });
  const listener = createRecordingListener();
  dialled.connection.openStream(requestFields, true, listener);
  await dialled.peer.frame(({ type }) => type === 1);
  dialled.peer.send(frame(1, endBoth, 1, Buffer.concat([responseBlock, large])));

  assert.equal((await listener.closed).code, enhanceYourCalm);
});

test("a header block that goes on for too long ends the connection", async (t) => {
  const { peer } = await serveRaw(t, { limits: { maxHeaderListBytes: 40_000 } });

  peer.send(
    frame(1, 0, 1, requestBlock),
    times(3, () => frame(9, 0, 1, Buffer.alloc(16_000))),
  );

  assert.equal((await peer.goaway()).code, enhanceYourCalm);
});

test("too many CONTINUATION frames end the connection, empty ones too", async (t) => {
  const { peer } = await serveRaw(t, { limits: { maxContinuations: 5 } });

  peer.send(
    frame(1, 0, 1, requestBlock),
    times(6, () => frame(9, 0, 1)),
  );

  assert.equal((await peer.goaway()).code, enhanceYourCalm);
});

test("a peer that asks and never reads ends its connection", async (t) => {
  const { peer, closed } = await serveRaw(t, { limits: { maxQueuedBytes: 100_000 } });
  await peer.settled();
  peer.socket.pause();

  peer.send(times(100_000, () => frame(6, 0, 0, "12345678")));

  const { code, reason } = await closed;
  assert.equal(code, enhanceYourCalm);
  assert.match(reason, /does not read/);
});

test("a peer that does not read keeps large answers waiting, not the connection from living", async (t) => {
  const { peer, nextStream } = await serveRaw(t, { limits: { maxQueuedBytes: 2 ** 20 } }, [4, 2 ** 31 - 1]);
  peer.send(frame(8, 0, 0, uint32(2 ** 30)), frame(1, endBoth, 1, requestBlock));
  const { stream } = await nextStream();
  peer.socket.pause();

  stream.sendHeaders([":status", "200"], false);
  stream.sendData([Buffer.alloc(64 * 2 ** 20)], true);
  peer.send(frame(6, 0, 0, "unsolved"));
  await new Promise(setImmediate);
  assert.ok(stream.queuedBytes > 60 * 2 ** 20);
  peer.socket.resume();
  await peer.frame(({ type, flags }) => type === 0 && flags === 1);

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

  assert.equal(await closed.promise, 4);
  assert.equal((await peer.goaway()).code, 4);
});

test("a client that does not acknowledge settings ends its connection", async (t) => {
  const { client, server } = await socketPair(t);
  createServerConnection(server, {
    onStream: () => createRecordingListener(),
    limits: { handshakeTimeoutMs: 20 },
  });
  const peer = createRawPeer(client);
  peer.send(preface, frame(4, 0, 0));

  assert.equal((await peer.goaway()).code, 4);
});

test("what is no HTTP/2 client ends its connection", async (t) => {
  const { client, server } = await socketPair(t);
  createServerConnection(server, { onStream: () => createRecordingListener() });
  const peer = createRawPeer(client);

  client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

  assert.equal((await peer.goaway()).code, 1);
});

const unfinished: readonly (readonly [what: string, bytes: Buffer])[] = [
  ["a frame header", frame(6, 0, 0, "12345678").subarray(0, 4)],
  ["a frame", frame(6, 0, 0, "12345678").subarray(0, 12)],
  ["a header block", frame(1, 0, 1, requestBlock)],
];
for (const [what, bytes] of unfinished) {
  test(`a peer that does not finish ${what} ends its connection`, async (t) => {
    const { peer } = await serveRaw(t, { limits: { frameTimeoutMs: 20 } });

    peer.send(bytes);

    assert.equal((await peer.goaway()).code, enhanceYourCalm);
  });
}

test("DATA may take its time, longer than another frame", async (t) => {
  const limits = { frameTimeoutMs: 20 };
  const { peer, streams } = await serveRaw(t, { limits });
  const data = frame(0, 1, 1, "hello");
  peer.send(frame(1, endHeaders, 1, requestBlock));
  await peer.settled();
  peer.send(data.subarray(0, 11));

  const other = await serveRaw(t, { limits });
  other.peer.send(frame(6, 0, 0, "12345678").subarray(0, 4));
  assert.equal((await other.peer.goaway()).code, enhanceYourCalm);
  peer.send(data.subarray(11));
  await peer.settled();

  assert.equal(String(streams[0]?.listener.bytes()), "hello");
});
