import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { resolveRange } from "../../../src/gateway/query/resolve-range.ts";

suite("the ends of a range", () => {
  const now = Date.UTC(2026, 2, 31, 12);
  const cases: readonly (readonly [string, number | undefined])[] = [
    ["1325376000000", 1325376000000],
    ["-5", -5],
    ["now", now],
    ["now-6h", now - 6 * 3_600_000],
    ["now+1d", now + 86_400_000],
    ["now-90s", now - 90_000],
    ["now/d", Date.UTC(2026, 2, 31)],
    ["now-1d/d", Date.UTC(2026, 2, 30)],
    ["now-2w", now - 14 * 86_400_000],
    ["now-1y", Date.UTC(2025, 2, 31, 12)],
    ["", undefined],
    ["now-", undefined],
    ["now-1", undefined],
    ["now-1x", undefined],
    ["tomorrow", undefined],
    ["1e5", undefined],
    ["99999999999999999999", undefined],
  ];

  for (const [text, expected] of cases) {
    test(`"${text}" is ${expected ?? "not one"}`, () => {
      assert.deepEqual(
        resolveRange(text, "now", now),
        expected === undefined ? undefined : { fromMs: expected, toMs: now },
      );
    });
  }
});
