import assert from "node:assert/strict";
import { test } from "node:test";
import { ReceiveFlow, type StreamFlow } from "../../../src/transport/http2/receive-flow.ts";

const mebibyte = 2 ** 20;
const frameBytes = 16 * 1024;

/** A receiver, and a peer that sends as much as it may. */
function connect(): {
  readonly flow: ReceiveFlow;
  /** What the peer may still send. */
  readonly window: () => number;
  /** The peer sends frames of 16 KiB, which are consumed at once. */
  readonly send: (stream: StreamFlow, bytes: number) => void;
  readonly updates: readonly number[];
} {
  let window = 16 * mebibyte;
  const updates: number[] = [];
  const flow = new ReceiveFlow(
    { connectionBytes: window, streamBytes: 4 * mebibyte },
    { maxHeaderListBytes: mebibyte, maxHeldBytes: 512 * mebibyte },
    (bytes) => {
      window += bytes;
      updates.push(bytes);
    },
  );
  flow.onSettingsAck([]);
  const send = (stream: StreamFlow, bytes: number): void => {
    for (let sent = 0; sent < bytes; sent += frameBytes) {
      assert.ok(window >= frameBytes, "the peer has to wait for a window");
      window -= frameBytes;
      assert.equal(flow.onAnyData(frameBytes), true);
      assert.equal(flow.onData(stream, frameBytes), true);
      flow.onConsumed(stream, frameBytes);
      flow.giveBack(frameBytes);
    }
  };
  return { flow, window: () => window, send, updates };
}

test("a connection with few streams has its whole window again and again", () => {
  const { flow, window, send, updates } = connect();
  const stream = flow.open();

  send(stream, 64 * mebibyte);

  assert.ok(window() > 8 * mebibyte, `${window()} bytes`);
  assert.ok(updates.every((bytes) => bytes === 8 * mebibyte));
});

test("a connection with many streams has a window of 2 MiB, once the first one is used", () => {
  const { flow, window, send, updates } = connect();
  const streams = Array.from({ length: 100 }, () => flow.open());

  for (const stream of streams) send(stream, mebibyte);

  assert.ok(window() <= 2 * mebibyte && window() > mebibyte, `${window()} bytes`);
  assert.ok(updates.every((bytes) => bytes === mebibyte));
});

test("a connection whose many streams have ended has its whole window again", () => {
  const { flow, window, send } = connect();
  const streams = Array.from({ length: 100 }, () => flow.open());
  for (const stream of streams) send(stream, mebibyte);

  for (const stream of streams) flow.onForgotten(stream);
  send(flow.open(), mebibyte);

  assert.ok(window() > 8 * mebibyte, `${window()} bytes`);
});
