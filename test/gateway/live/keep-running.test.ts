import assert from "node:assert/strict";
import { test } from "node:test";
import { delayAfter } from "../../../src/gateway/live/keep-running.ts";

test("a stream that cannot start is opened again after the delays of Grafana", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 6, 1000].map(delayAfter), [0, 200, 400, 800, 1600, 3200, 5000, 5000]);
});
