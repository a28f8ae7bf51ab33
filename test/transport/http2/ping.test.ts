import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ack,
  endBoth,
  errorCode,
  frameType,
  goaway,
  headers,
  ping,
  pingAck,
  setting,
} from "./named-frames.ts";
import { frame, type RawFrame, requestBlock } from "./raw-frames.ts";
import { createRecordingListener } from "./recording-listener.ts";
import { dialRaw, requestFields, serveRaw } from "./served-raw.ts";

test("a ping is called back when its answer is here", async (t) => {
  const { peer, connection } = await dialRaw(t);
  const answered = new Promise<void>((resolve) => connection.ping(resolve));

  const asked = await peer.frame(({ type, flags }) => type === frameType.ping && flags === 0);
  peer.send(pingAck(asked.payload));

  await answered;
});

test("the answer to a ping leaves with the next message of a server", async (t) => {
  const { peer, nextStream } = await serveRaw(t);
  await peer.settled();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  peer.send(ping("probe 01"), headers(1, requestBlock, endBoth));
  const { stream } = await nextStream();
  await turns();
  assert.equal(find(peer.frames, "probe 01"), -1);

  stream.sendHeaders([":status", "200"], true);
  await peer.frame(({ type }) => type === frameType.headers);

  assert.equal(find(peer.frames, "probe 01"), peer.frames.length - 2);
});

test("the answer to a ping leaves with the next request of a client", async (t) => {
  const { peer, connection } = await dialRaw(t);
  const first = createRecordingListener();
  connection.openStream(requestFields, true, first);
  await peer.frame(({ type }) => type === frameType.headers);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  peer.send(ping("probe 02"), headers(1, Buffer.of(0x88), endBoth));
  await first.ended;
  await turns();
  assert.equal(find(peer.frames, "probe 02"), -1);

  connection.openStream(requestFields, true, createRecordingListener());
  await peer.frame(({ type, streamId }) => type === frameType.headers && streamId === 3);

  assert.equal(find(peer.frames, "probe 02"), peer.frames.length - 2);
});

test("the answers to pings leave alone, in order, when no message follows", async (t) => {
  const { peer } = await serveRaw(t);
  await peer.settled();

  peer.send(ping("probe 03"), ping("probe 04"));
  await peer.frame(isAnswerTo("probe 04"));
  peer.send(ping("probe 05"));
  await peer.frame(isAnswerTo("probe 05"));

  const answered = peer.frames.filter(
    ({ type, payload }) => type === frameType.ping && payload.toString().startsWith("probe"),
  );
  assert.deepEqual(
    answered.map(({ payload }) => payload.toString()),
    ["probe 03", "probe 04", "probe 05"],
  );
});

test("the answer to a ping waits for ten milliseconds", async (t) => {
  const { peer, nextStream } = await serveRaw(t);
  await peer.settled();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  peer.send(ping("probe 09"), headers(1, requestBlock, endBoth));
  await nextStream();
  t.mock.timers.tick(9);
  await turns();
  assert.equal(find(peer.frames, "probe 09"), -1);

  t.mock.timers.tick(1);

  await peer.frame(isAnswerTo("probe 09"));
});

test("more answers than fit into 16 KiB do not wait", async (t) => {
  const { peer } = await serveRaw(t);
  await peer.settled();
  t.mock.timers.enable({ apis: ["setTimeout"] });

  // Each is 17 bytes long.
  peer.send(...Array.from({ length: 1100 }, () => ping()));

  await peer.frame(isAnswerTo("12345678"));
});

test("a ping is answered at once while DATA waits for the peer's window", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {}, [setting.initialWindowSize, 1000]);
  peer.send(headers(1, requestBlock, endBoth));
  const { stream } = await nextStream();
  stream.sendHeaders([":status", "200"], false);
  stream.sendData([Buffer.alloc(2000)], true);
  await peer.frame(({ type }) => type === frameType.data);
  t.mock.timers.enable({ apis: ["setTimeout"] });

  peer.send(ping("probe 06"));

  await peer.frame(isAnswerTo("probe 06"));
});

test("a ping is answered at once when DATA is queued after it", async (t) => {
  const { peer, nextStream } = await serveRaw(t, {}, [setting.initialWindowSize, 1000]);
  peer.send(headers(1, requestBlock, endBoth));
  const { stream } = await nextStream();
  stream.sendHeaders([":status", "200"], false);
  stream.sendData([Buffer.alloc(1000)], false);
  await peer.frame(({ type }) => type === frameType.data);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  peer.send(ping("probe 10"), headers(3, requestBlock, endBoth));
  await nextStream();

  stream.sendData([Buffer.alloc(1000)], true);

  await peer.frame(isAnswerTo("probe 10"));
});

test("the answer to a ping comes before the GOAWAY of a connection that fails", async (t) => {
  const { peer } = await serveRaw(t);
  await peer.settled();
  t.mock.timers.enable({ apis: ["setTimeout"] });

  // A PING belongs to no stream.
  peer.send(ping("probe 11"), frame(frameType.ping, 0, 1, "12345678"));

  await peer.goaway();
  assert.notEqual(find(peer.frames, "probe 11"), -1);
});

test("a client answers a ping at once when the server has sent GOAWAY", async (t) => {
  const { peer, connection } = await dialRaw(t);
  connection.openStream(requestFields, true, createRecordingListener());
  await peer.frame(({ type }) => type === frameType.headers);
  t.mock.timers.enable({ apis: ["setTimeout"] });

  peer.send(goaway(2 ** 31 - 1, errorCode.noError), ping("probe 12"));

  await peer.frame(isAnswerTo("probe 12"));
});

test("a ping is answered at once while the connection ends", async (t) => {
  const { peer, connection, nextStream } = await serveRaw(t);
  peer.send(headers(1, requestBlock, endBoth));
  await nextStream();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  connection.close();

  peer.send(ping("probe 07"));

  await peer.frame(isAnswerTo("probe 07"));
});

test("an answer to a ping that waits does not count as unsent", async (t) => {
  const { peer, connection, nextStream } = await serveRaw(t);
  await peer.settled();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  peer.send(ping("probe 08"), headers(1, requestBlock, endBoth));
  const { stream } = await nextStream();
  await turns();
  assert.equal(connection.hasSentAll, true);

  stream.sendHeaders([":status", "200"], true);

  assert.equal(connection.hasSentAll, false);
  await peer.frame(({ type }) => type === frameType.headers);
  assert.equal(connection.hasSentAll, true);
});

function isAnswerTo(payload: string): (frame: RawFrame) => boolean {
  return (frame) =>
    frame.type === frameType.ping && frame.flags === ack && frame.payload.toString() === payload;
}

/** Where the answer to a ping is among the frames that came; -1 when it did not. */
function find(frames: readonly RawFrame[], payload: string): number {
  return frames.findIndex(isAnswerTo(payload));
}

/** Some turns of the event loop, in which output that is to leave at once reaches the other side. */
async function turns(): Promise<void> {
  for (let count = 0; count < 5; count++) await new Promise(setImmediate);
}
