import assert from "node:assert/strict";
import { mock, suite, test } from "node:test";
import { abortAfter, pause, startTimer, stopTimer } from "../src/timer.ts";

/** Time is not waited for here: Node's own timers are replaced, and what is tested is the arithmetic above them. */
suite("a timer", { concurrency: 1 }, () => {
  const days = 24 * 60 * 60 * 1000;
  for (const ms of [1, 1000, 2 ** 31 - 1, 2 ** 31, 30 * days, 400 * days + 0.5]) {
    test(`a timer of ${ms} ms ends then, and not before`, (t) => {
      t.mock.timers.enable({ apis: ["setTimeout"] });
      let ends = 0;
      startTimer(ms, () => {
        ends++;
      });

      advance(Math.ceil(ms) - 1);
      assert.equal(ends, 0);
      advance(1);
      assert.equal(ends, 1);
      advance(10 * days);
      assert.equal(ends, 1);

      function advance(by: number): void {
        // In the pieces of the timer: a piece that ends within a tick would start the next one late.
        for (let left = by; left > 0; left -= 2 ** 31 - 1) t.mock.timers.tick(Math.min(left, 2 ** 31 - 1));
      }
    });
  }

  for (const ms of [0, -0, -5, Number.NaN, Number.NEGATIVE_INFINITY]) {
    test(`a timer of ${ms} ms ends in the next turn`, async () => {
      await new Promise<void>((resolve) => startTimer(ms, resolve));
    });
  }

  test("a timer without end never ends, and does not keep the process when nobody waits for it", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let ends = 0;
    const timer = startTimer(Number.POSITIVE_INFINITY, () => {
      ends++;
    });

    for (let day = 0; day < 1000; day++) t.mock.timers.tick(days);
    stopTimer(timer);

    assert.equal(ends, 0);
  });

  for (const ms of [1000, Number.POSITIVE_INFINITY]) {
    test(`a timer of ${ms} ms that was stopped does not end`, (t) => {
      t.mock.timers.enable({ apis: ["setTimeout"] });
      const onEnd = mock.fn();

      stopTimer(startTimer(ms, onEnd));
      stopTimer(undefined);
      t.mock.timers.tick(2000);

      assert.equal(onEnd.mock.callCount(), 0);
    });
  }
});

test("a pause of any length ends when its signal is aborted", async () => {
  const controller = new AbortController();
  const pauses = [pause(Number.POSITIVE_INFINITY, controller), pause(2 ** 40, controller)];

  controller.abort();

  await Promise.all(pauses);
  await pause(Number.POSITIVE_INFINITY, controller);
});

test("a signal of a limit is aborted after it, and not when it was stopped", async () => {
  const limit = abortAfter(1);
  const stopped = abortAfter(1);
  stopped.stop();

  // Node calls timers in the order of their ends: that of 1 ms first, however late both are.
  await pause(50);

  assert.equal(limit.signal.aborted, true);
  assert.equal(stopped.signal.aborted, false);
  abortAfter(Number.POSITIVE_INFINITY).stop();
});
