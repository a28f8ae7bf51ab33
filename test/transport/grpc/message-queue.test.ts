import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createMessageQueue, type MessageQueue } from "../../../src/transport/grpc/message-queue.ts";

const count = 5000;

/** A queue whose messages are their own numbers, all of which wait. */
function fullQueue(open: (index: number) => number | Promise<number>): MessageQueue<number> {
  let opened = 0;
  const queue = createMessageQueue(() => open(opened++), { onTaken: () => {}, onLeft: () => {} });
  for (let index = 0; index < count; index++) queue.push(new Uint8Array(1));
  return queue;
}

suite("the messages that wait for a reader", () => {
  for (const [how, open] of [
    ["at once", (index: number) => index],
    ["later", async (index: number) => index],
  ] as const) {
    test(`let the event loop turn while they are read, opened ${how}`, async () => {
      const queue = fullQueue(open);
      queue.end();
      const read: number[] = [];
      /** How many were read at each turn of the event loop. */
      const turns: number[] = [];
      let isReading = true;
      const onTurn = (): void => {
        turns.push(read.length);
        if (isReading) setImmediate(onTurn);
      };
      setImmediate(onTurn);

      for await (const index of queue) read.push(index);
      isReading = false;

      assert.deepEqual(
        read,
        Array.from({ length: count }, (_, index) => index),
      );
      const most = Math.max(...turns.map((reached, turn) => reached - (turns[turn - 1] ?? 0)));
      assert.ok(most <= 1024, `${most} messages were read in one turn`);
    });
  }

  test("come before the error of a queue that fails while its reader waits for a turn", async () => {
    const queue = fullQueue((index) => index);
    setImmediate(() => queue.fail(new Error("too late")));
    let read = 0;

    await assert.rejects(async () => {
      for await (const _ of queue) read++;
    }, /too late/);

    assert.equal(read, count);
  });

  test("are dropped when the reader leaves while it waits for a turn", async () => {
    const queue = fullQueue((index) => index);
    const iterator = queue[Symbol.asyncIterator]();
    for (let read = 0; read < 512; read++) await iterator.next();

    const next = iterator.next();
    await iterator.return?.();

    assert.deepEqual(await next, { done: true, value: undefined });
    assert.equal(queue.heldBytes, 0);
  });
});
