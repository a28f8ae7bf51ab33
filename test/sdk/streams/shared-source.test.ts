import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createSharedSource } from "grafana-plugin-protocol/sdk";
import { rejectionOf } from "../../helpers/rejection.ts";
import { until } from "../../helpers/until.ts";

/** Producers that give what the test pushes. */
function createFeed() {
  const started: { readonly key: string; readonly signal: AbortSignal }[] = [];
  const queue: { value?: number; error?: Error; done?: true }[] = [];
  let wake = (): void => {};
  let ended = 0;
  return {
    started,
    ended: () => ended,
    push(item: { value?: number; error?: Error; done?: true }) {
      queue.push(item);
      wake();
    },
    async *start(key: string, signal: AbortSignal): AsyncGenerator<number> {
      started.push({ key, signal });
      try {
        for (;;) {
          const item = queue.shift();
          if (item?.error !== undefined) throw item.error;
          if (item?.done) return;
          if (item?.value !== undefined) yield item.value;
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
              signal.addEventListener("abort", () => resolve());
            });
          if (signal.aborted) return;
        }
      } finally {
        ended++;
      }
    },
  };
}

const read = (values: AsyncIterable<number>) => values[Symbol.asyncIterator]();

suite("a shared source", () => {
  test("one producer serves all subscribers of a key, and ends when the last one leaves", async () => {
    const feed = createFeed();
    const source = createSharedSource({ start: feed.start });
    const subscribers = [read(source.subscribe("ACME")), read(source.subscribe("ACME"))];

    const first = subscribers.map((subscriber) => subscriber.next());
    feed.push({ value: 1 });
    assert.deepEqual(await Promise.all(first), Array(2).fill({ done: false, value: 1 }));
    assert.deepEqual(
      feed.started.map(({ key }) => key),
      ["ACME"],
    );
    await subscribers[0]?.return?.();
    assert.equal(feed.started[0]?.signal.aborted, false);
    assert.equal(source.active, 1);
    await subscribers[1]?.return?.();

    assert.equal(feed.started[0]?.signal.aborted, true);
    assert.equal(source.active, 0);
    await until("the producer has ended", () => feed.ended() === 1);
  });

  test("each key has a producer, and a new one after the last subscriber has left", async () => {
    const feed = createFeed();
    const source = createSharedSource({ start: feed.start });
    const [one, two] = [read(source.subscribe("A")), read(source.subscribe("B"))];

    const pending = [one.next(), two.next()];
    await one.return?.();
    const again = read(source.subscribe("A"));
    pending.push(again.next());
    await Promise.all([two.return?.(), again.return?.()]);

    assert.deepEqual(await Promise.all(pending), Array(3).fill({ done: true, value: undefined }));
    assert.deepEqual(
      feed.started.map(({ key }) => key),
      ["A", "B", "A"],
    );
  });

  test("the signal of a call ends its subscription while it waits", async () => {
    const feed = createFeed();
    const source = createSharedSource({ start: feed.start });
    const controller = new AbortController();

    const next = read(source.subscribe("A", controller.signal)).next();
    controller.abort();

    assert.deepEqual(await next, { done: true, value: undefined });
    assert.equal(source.active, 0);
    assert.deepEqual(await read(source.subscribe("A", controller.signal)).next(), {
      done: true,
      value: undefined,
    });
    assert.equal(feed.started.length, 1);
  });

  test("a slow subscriber loses its oldest values, and holds up no other", async () => {
    const feed = createFeed();
    const source = createSharedSource({ start: feed.start, maxBuffered: 2 });
    const [slow, fast] = [read(source.subscribe("A")), read(source.subscribe("A"))];

    const first = [slow.next(), fast.next()];
    feed.push({ value: 0 });
    await Promise.all(first);
    for (const value of [1, 2, 3, 4]) {
      feed.push({ value });
      assert.equal((await fast.next()).value, value);
    }

    assert.deepEqual([(await slow.next()).value, (await slow.next()).value], [3, 4]);
    await Promise.all([slow.return?.(), fast.return?.()]);
  });

  test("with onSlow end a slow subscriber fails after what waits, and the others go on", async () => {
    const feed = createFeed();
    const source = createSharedSource({ start: feed.start, maxBuffered: 1, onSlow: "end" });
    const [slow, fast] = [read(source.subscribe("A")), read(source.subscribe("A"))];

    const first = [slow.next(), fast.next()];
    feed.push({ value: 0 });
    await Promise.all(first);
    for (const value of [1, 2, 3]) {
      feed.push({ value });
      assert.equal((await fast.next()).value, value);
    }

    assert.equal((await slow.next()).value, 1);
    assert.match(String(await rejectionOf(slow.next())), /has not read the last 1 values/);
    assert.equal((await slow.next()).done, true);
    assert.equal(source.active, 1);
    await fast.return?.();
    assert.equal(source.active, 0);
  });

  for (const [name, item] of [
    ["fails", { error: new Error("the feed broke off") }],
    ["ends", { done: true }],
  ] as const) {
    test(`a producer that ${name} does so for all subscribers, after the values that wait`, async () => {
      const feed = createFeed();
      const source = createSharedSource({ start: feed.start });
      const [one, two] = [read(source.subscribe("A")), read(source.subscribe("A"))];

      const first = [one.next(), two.next()];
      feed.push({ value: 1 });
      await Promise.all(first);
      feed.push({ value: 2 });
      assert.equal((await one.next()).value, 2);
      feed.push(item);
      await until("the producer has ended", () => source.active === 0);

      assert.equal((await two.next()).value, 2);
      for (const subscriber of [one, two]) {
        if (name === "fails")
          assert.match(String(await rejectionOf(subscriber.next())), /the feed broke off/);
        assert.deepEqual(await subscriber.next(), { done: true, value: undefined });
      }
    });
  }

  test("a producer that cannot start fails its subscribers", async () => {
    const source = createSharedSource<number>({
      start: () => {
        throw new Error("no such symbol");
      },
    });

    assert.match(String(await rejectionOf(read(source.subscribe("A")).next())), /no such symbol/);
    assert.equal(source.active, 0);
  });

  test("options that are wrong are refused", () => {
    const start = createFeed().start;

    assert.throws(() => createSharedSource({} as never), /start must be a function/);
    assert.throws(() => createSharedSource({ start, maxBuffered: 0 }), /maxBuffered/);
    assert.throws(
      () => createSharedSource({ start, onSlow: "wait" as never }),
      /onSlow must be "drop" or "end"/,
    );
  });
});

test("a producer that always has a value leaves turns of the event loop", async () => {
  const values = 3_000_000;
  let given = 0;
  const source = createSharedSource<number>({
    start: async function* () {
      while (given < values) yield given++;
    },
  });
  const iterator = source.subscribe("fast")[Symbol.asyncIterator]();

  await iterator.next();
  await new Promise((resolve) => setImmediate(resolve));
  const atTurn = given;
  await iterator.return?.();

  assert.ok(atTurn < values, "nothing else ran before the producer ended");
});
