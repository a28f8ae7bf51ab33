import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "../../src/time/parse-duration.ts";
import { parseInterval } from "../../src/time/parse-interval.ts";

const day = 86_400_000;

test("a month is that of the calendar as an interval, and a twelfth of a year as a duration", () => {
  assert.equal(parseInterval("1M", { now: Date.UTC(2024, 0, 1) }), 31 * day);
  assert.equal(parseInterval("1M", { now: Date.UTC(2024, 1, 1) }), 29 * day);
  assert.equal(parseDuration("1M"), 30.4375 * day);
});

test("an interval counts from the current time on", () => {
  assert.equal(parseInterval("1w"), 7 * day);
  assert.ok([365 * day, 366 * day].includes(parseInterval("1y")));
});

test("a text that is not an interval is quoted, and the error names the units", () => {
  assert.throws(() => parseInterval("1d2h"), {
    name: "TimeError",
    code: "interval_invalid",
    message:
      'expected a duration such as 10s, 1h30m or 7d, got "1d2h": units are ns, us, ms, s, m, h, d, w, M (month) and y',
  });
  for (const value of [undefined, 5] as unknown as string[]) {
    assert.throws(() => parseDuration(value), { code: "interval_invalid" });
  }
});

test("an interval of more than 292 years is refused", () => {
  for (const text of ["293y", "99999999999M", "9999999999999999999999d", "107000d"]) {
    assert.throws(() => parseInterval(text), { code: "time_out_of_range" }, text);
  }
});

test("a text of any length is refused before it is read", () => {
  for (const text of [`${"9".repeat(1_000_000)}d`, `${"1h".repeat(100_000)}x`]) {
    assert.throws(() => parseInterval(text), { code: "interval_invalid" });
  }
});
