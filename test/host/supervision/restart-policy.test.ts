import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createRestartPolicy } from "../../../src/host/supervision/restart-policy.ts";

const options = { firstDelayMs: 100, maxDelayMs: 1000, stableMs: 5000, maxRestarts: 6, windowMs: 10_000 };
const latest = (): number => 1 - Number.EPSILON;

suite("the restart policy", () => {
  test("the restart policy doubles the bound of the wait up to the longest", () => {
    const policy = createRestartPolicy(options, latest);

    const plans = [1, 2, 3, 4, 5, 6].map((now) => policy.next(now));

    assert.deepEqual(
      plans.map((plan) => plan?.delayMs),
      [99, 199, 399, 799, 999, 999],
    );
    assert.deepEqual(
      plans.map((plan) => plan?.attempt),
      [1, 2, 3, 4, 5, 6],
    );
  });

  test("the restart policy waits anywhere between nothing and the bound", () => {
    assert.equal(createRestartPolicy(options, () => 0).next(0)?.delayMs, 0);
    assert.equal(createRestartPolicy(options, () => 0.5).next(0)?.delayMs, 50);
  });

  test("the restart policy has a bound after any number of failures", () => {
    const policy = createRestartPolicy({ ...options, maxRestarts: 5000 }, latest);

    for (let failure = 0; failure < 2000; failure++) policy.next(0);

    assert.equal(policy.next(0)?.delayMs, 999);
  });

  test("the restart policy begins anew when the plugin ran for a stable time, and not before", () => {
    const policy = createRestartPolicy(options, latest);
    policy.next(0);
    policy.lived(4999);
    assert.equal(policy.next(5000)?.attempt, 2);

    policy.lived(5000);

    assert.deepEqual(policy.next(9000), { attempt: 1, delayMs: 99 });
  });

  test("the restart policy allows so many restarts in any window, and more when the first have left it", () => {
    const policy = createRestartPolicy(options, latest);
    for (const now of [0, 1000, 2000, 3000, 4000, 5000]) assert.ok(policy.next(now));

    assert.equal(policy.next(9999), undefined);
    assert.ok(policy.next(10_000));
    assert.equal(policy.next(10_000), undefined);
    policy.reset();
    assert.equal(policy.next(10_000)?.attempt, 1);
  });
});
