import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { nowMs } from "../src/clock.ts";

test("a time is in milliseconds, with fractions, and later than the one before", () => {
  const before = process.hrtime.bigint();
  const times = Array.from({ length: 1000 }, nowMs);
  const after = process.hrtime.bigint();

  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  assert.ok(times.every((ms) => ms * 1e6 > Number(before) - 1e6 && ms * 1e6 < Number(after) + 1e6));
  assert.ok(times.some((ms) => !Number.isInteger(ms)));
});

for (const [what, given] of [
  ["without a process", "undefined"],
  ["whose process lacks a clock", "{ env: {} }"],
] as const) {
  test(`the clock of a runtime ${what} is that of a browser`, async () => {
    const source = `
      const { parentPort } = require("node:worker_threads");
      performance.now = () => 42.5;
      import(${JSON.stringify(new URL("../src/clock.ts", import.meta.url).href)}).then(({ nowMs }) => {
        globalThis.process = ${given};
        parentPort.postMessage(nowMs());
      });
    `;
    const worker = new Worker(source, { eval: true });

    assert.deepEqual(await once(worker, "message"), [42.5]);

    await worker.terminate();
  });
}
