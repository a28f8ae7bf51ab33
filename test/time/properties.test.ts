import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { calculateInterval } from "../../src/time/calculate-interval.ts";
import { formatInterval } from "../../src/time/format-interval.ts";
import { parseDuration } from "../../src/time/parse-duration.ts";
import { parseInterval } from "../../src/time/parse-interval.ts";
import { roundInterval } from "../../src/time/round-interval.ts";
import { TimeError } from "../../src/time/time-error.ts";
import { createTimeReader, parseTimeRange } from "../../src/time/time-reader.ts";

const instants = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2037, 11) });
/** Zones whose clocks do not change at midnight, at which a day would begin twice or not at all. */
const zones = fc.constantFrom(
  "UTC",
  "Europe/Berlin",
  "Europe/London",
  "America/New_York",
  "America/Los_Angeles",
  "Asia/Kathmandu",
  "Asia/Tokyo",
  "Australia/Sydney",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
);
const texts = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        "now",
        "-",
        "+",
        "/",
        "1",
        "99999999",
        "d",
        "fQ",
        "b",
        "||",
        "2024-02-29",
        "T",
        ":",
        "10",
        "Z",
        ".",
      ),
    )
    .map((parts) => parts.join("")),
);

test("any text is a time, or a TimeError that quotes it", () => {
  const reader = createTimeReader({ timeZone: "Asia/Kathmandu" });
  fc.assert(
    fc.property(texts, fc.boolean(), (text, roundUp) => {
      try {
        const ms = reader.time(text, { now: 1_700_000_000_000, roundUp });

        assert.ok(Number.isInteger(ms) && Math.abs(ms) <= 8.64e15, String(ms));
      } catch (error) {
        assert.ok(error instanceof TimeError, String(error));
        assert.match(error.message, /got "/);
      }
    }),
    { numRuns: 2000 },
  );
});

test("any text is an interval, or a TimeError", () => {
  fc.assert(
    fc.property(texts, (text) => {
      for (const read of [parseDuration, parseInterval]) {
        try {
          assert.ok(Number.isFinite(read(text)));
        } catch (error) {
          assert.ok(error instanceof TimeError, String(error));
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test("the period of a time has the time in it, and ends where the next begins", () => {
  const units = fc.constantFrom("s", "m", "h", "d", "w", "M", "Q", "y", "fQ", "fy");
  fc.assert(
    fc.property(
      instants,
      zones,
      units,
      fc.integer({ min: 0, max: 11 }),
      (now, timeZone, unit, fiscalYearStartMonth) => {
        const options = { timeZone, fiscalYearStartMonth };

        const { from, to } = parseTimeRange({ from: `now/${unit}`, to: `now/${unit}` }, { ...options, now });

        assert.ok(from.getTime() <= now && now <= to.getTime(), `${from.toISOString()} ${to.toISOString()}`);
        const next = createTimeReader(options).time(`now/${unit}`, { now: to.getTime() + 1 });
        assert.equal(next, to.getTime() + 1);
      },
    ),
    { numRuns: 300 },
  );
});

test("a date that a Date prints is read as the same time", () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true }),
      (date) => {
        const reader = createTimeReader({ timeZone: "America/New_York" });

        assert.equal(reader.time(date.toISOString()), date.getTime());
        assert.equal(reader.time(String(date.getTime())), date.getTime());
        assert.equal(reader.time(date.getTime()), date.getTime());
      },
    ),
  );
});

test("a formatted interval is read as an interval that is not longer, and is formatted the same again", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 * 365 * 86_400_000 }), (ms) => {
      const text = formatInterval(ms);

      const read = parseDuration(text);

      // A year has 365 days where it is formatted and 365.25 where it is read.
      assert.ok(read <= ms * (365.25 / 365), `${ms} is ${text}, which is ${read}`);
      assert.equal(formatInterval(read), text);
    }),
  );
});

test("a longer interval is never rounded to a shorter one", () => {
  const spans = fc.integer({ min: 0, max: 10 * 365 * 86_400_000 });
  fc.assert(
    fc.property(spans, spans, (a, b) => {
      assert.ok(roundInterval(Math.min(a, b)) <= roundInterval(Math.max(a, b)));
    }),
  );
});

test("a calculated interval is at least the shortest one", () => {
  fc.assert(
    fc.property(
      instants,
      instants,
      fc.nat(20_000),
      fc.nat(100_000),
      (from, to, maxDataPoints, minIntervalMs) => {
        assert.ok(
          calculateInterval({ from, to }, { maxDataPoints, minIntervalMs }) >= Math.min(minIntervalMs, 1),
        );
      },
    ),
  );
});
