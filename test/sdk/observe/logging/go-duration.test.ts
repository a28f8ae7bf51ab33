import assert from "node:assert/strict";
import { test } from "node:test";
import { goDuration } from "../../../../src/sdk/observe/logging/go-duration.ts";

/** Nanoseconds, and what `time.Duration(nanoseconds).String()` of Go prints. */
const vectors: readonly (readonly [nanos: number, text: string])[] = [
  [0, "0s"],
  [1, "1ns"],
  [999, "999ns"],
  [1_000, "1µs"],
  [1_500, "1.5µs"],
  [999_999, "999.999µs"],
  [1_000_000, "1ms"],
  [12_345_678, "12.345678ms"],
  [1_000_000_000, "1s"],
  [59_999_999_999, "59.999999999s"],
  [60_000_000_000, "1m0s"],
  [61_001_000_000, "1m1.001s"],
  [3_600_000_000_000, "1h0m0s"],
  [90_061_500_000_000, "25h1m1.5s"],
];

test("a duration is printed as Go prints it", () => {
  for (const [nanos, text] of vectors) assert.equal(goDuration(nanos / 1e6), text);
});

test("a duration of a clock that went back, or that is not a number, is 0s", () => {
  assert.equal(goDuration(-1), "0s");
  assert.equal(goDuration(Number.NaN), "0s");
});
