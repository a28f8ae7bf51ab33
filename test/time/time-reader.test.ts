import assert from "node:assert/strict";
import { test } from "node:test";
import { createTimeReader, parseTimeRange, type TimeReaderOptions } from "../../src/time/time-reader.ts";

const now = Date.UTC(2026, 10, 30, 12);

test("the end of a range is rounded up, its start down, by the calendar of the zone", () => {
  const range = parseTimeRange({ from: "now-1d/d", to: "now-1d/d" }, { now, timeZone: "Europe/Berlin" });

  assert.equal(range.from.toISOString(), "2026-11-28T23:00:00.000Z");
  assert.equal(range.to.toISOString(), "2026-11-29T22:59:59.999Z");
});

test("a fiscal year begins in the month that is given", () => {
  const reader = createTimeReader({ fiscalYearStartMonth: 3 });

  assert.equal(reader.time("now/fy", { now }), Date.UTC(2026, 3));
  assert.equal(reader.time("now/fQ", { now }), Date.UTC(2026, 9));
});

test("steps from milliseconds are those of UTC; the day of such a time in the zone is now/d at it", () => {
  const reader = createTimeReader({ timeZone: "Asia/Tokyo" });
  const ms = Date.UTC(2023, 10, 14, 22);

  assert.equal(reader.time(`${ms}||/d`), Date.UTC(2023, 10, 14));
  assert.equal(reader.time("now/d", { now: ms }), Date.UTC(2023, 10, 14, 15));
});

test("without now, the clock is read once for both ends", () => {
  const reader = createTimeReader();
  const before = Date.now();

  const { from, to } = reader.range({ from: "now", to: "now" });

  assert.equal(from.getTime(), to.getTime());
  assert.ok(from.getTime() >= before && from.getTime() <= Date.now());
});

test("a text that is not a time is quoted", () => {
  assert.throws(() => createTimeReader().time("now-1x"), {
    name: "TimeError",
    code: "time_invalid",
    message:
      'expected a time such as now-6h, now/d, 2024-02-29T12:00:00Z or milliseconds since 1970, got "now-1x"',
  });
});

test("a time beyond what a Date holds is refused, whatever the way to it", () => {
  for (const text of [
    "now+300000y",
    "now-99999999999999999999d",
    "now+9999999999b",
    "9223372036854775807",
    "99999999999d",
  ]) {
    assert.throws(() => createTimeReader().time(text), { code: "time_out_of_range" }, text);
  }
});

test("values of other types are refused", () => {
  for (const value of [undefined, null, {}, true, 1n] as unknown as string[]) {
    assert.throws(() => createTimeReader().time(value), { code: "time_invalid" });
  }
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => createTimeReader().time(value), { code: "time_out_of_range" });
  }
});

test("options are checked, with what they must be", () => {
  const wrong: readonly (readonly [TimeReaderOptions, RegExp])[] = [
    [{ timeZone: "Mars/Olympus" }, /^timeZone must be a name of the IANA database .* got "Mars\/Olympus"$/],
    [{ timeZone: 1 as never }, /^timeZone must be a string, got 1$/],
    [{ weekStart: "Monday" as never }, /^weekStart must be one of sunday, .* got "Monday"$/],
    [
      { fiscalYearStartMonth: 12 },
      /^fiscalYearStartMonth must be a whole number from 0 \(January\) to 11, got 12$/,
    ],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => createTimeReader(options), { code: "time_option_invalid", message });
  }
});

test("a text of any length is refused before it is read", () => {
  for (const text of [`${"+1d".repeat(200_000)}x`, "9".repeat(1_000_000), `now${"-1d".repeat(1000)}`]) {
    assert.throws(() => createTimeReader().time(text), { code: "time_invalid" });
  }
});

test("hours beyond the 292 years of Go's durations are counted right", () => {
  assert.equal(createTimeReader().time("now-3000000h", { now }), now - 3_000_000 * 3_600_000);
});
