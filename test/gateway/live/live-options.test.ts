import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveLiveOptions } from "../../../src/gateway/live/live-options.ts";

test("an option of Live that cannot work is refused by its name", () => {
  for (const [options, message] of [
    [{ maxConnections: 0 }, /^live\.maxConnections must be a whole number from 1/],
    [{ maxQueuedBytes: 1.5 }, /^live\.maxQueuedBytes must be a whole number/],
    [{ lingerMs: -1 }, /^live\.lingerMs must be a number of milliseconds from 0 on/],
    [{ pingMs: 0 }, /^live\.pingMs must be a number of milliseconds above 0/],
  ] as const) {
    assert.throws(() => resolveLiveOptions(options), { code: "invalid_option", message });
  }
  assert.throws(() => resolveLiveOptions([] as never), { code: "invalid_option" });
  assert.equal(resolveLiveOptions({ pingMs: Number.POSITIVE_INFINITY }).pingMs, Number.POSITIVE_INFINITY);
});
