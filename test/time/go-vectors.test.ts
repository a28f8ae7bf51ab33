/** What the Go SDK makes of the same texts: ../golden/time, written by ../go/cmd/gtime. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { calculateInterval } from "../../src/time/calculate-interval.ts";
import { formatInterval } from "../../src/time/format-interval.ts";
import { intervalFrom, parseIntervalSetting } from "../../src/time/interval-from.ts";
import { parseDuration } from "../../src/time/parse-duration.ts";
import { parseInterval } from "../../src/time/parse-interval.ts";
import { roundInterval } from "../../src/time/round-interval.ts";
import { TimeError } from "../../src/time/time-error.ts";
import { createTimeReader, type Weekday } from "../../src/time/time-reader.ts";

interface Intervals {
  readonly durations: readonly { readonly text: string; readonly answer: string; readonly overflow?: true }[];
  readonly calendar: readonly { readonly text: string; readonly now: number; readonly answer: string }[];
  readonly formatted: readonly (readonly [string, string])[];
  readonly rounded: readonly (readonly [string, string])[];
  readonly settings: readonly (readonly [string, string])[];
  readonly chosen: readonly (readonly [string, string, string, string, string])[];
  readonly calculated: readonly (readonly [string, string, string, string, string, string])[];
}

interface Ranges {
  readonly texts: readonly string[];
  readonly zones: readonly {
    readonly zone: string;
    readonly weekStart: number;
    readonly fiscalStartMonth: number;
    readonly times: readonly { readonly now: number; readonly answers: readonly (number | null)[] }[];
  }[];
  readonly odd: readonly {
    readonly text: string;
    readonly zone: string;
    readonly from: number | null;
    readonly to: number | null;
  }[];
}

const golden = <T>(name: string): T =>
  JSON.parse(readFileSync(join(import.meta.dirname, "..", "golden", "time", name), "utf8")) as T;
const intervals = golden<Intervals>("intervals.json");
const ranges = golden<Ranges>("ranges.json");

/** Milliseconds of Go's nanoseconds, rounded once. */
const ms = (nanos: string): number =>
  Number(BigInt(nanos) / 1_000_000n) + Number(BigInt(nanos) % 1_000_000n) / 1e6;

/** Nanoseconds, `!` for an error. */
function answer(read: () => number): number | "!" {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof TimeError, String(error));
    return "!";
  }
}

const expected = (text: string): number | "!" => (text === "!" ? "!" : ms(text));

test("durations are Go's, and those that Go multiplies beyond 64 bits are refused", () => {
  assert.ok(intervals.durations.length > 150);
  assert.ok(intervals.durations.some(({ overflow }) => overflow));
  for (const { text, answer: go, overflow } of intervals.durations) {
    assert.equal(
      answer(() => parseDuration(text)),
      overflow ? "!" : expected(go),
      JSON.stringify(text),
    );
  }
});

test("calendar intervals are Go's", () => {
  assert.ok(intervals.calendar.length > 300);
  for (const { text, now, answer: go } of intervals.calendar) {
    assert.equal(parseInterval(text, { now }), ms(go), `${text} from ${now} on`);
  }
});

test("intervals are formatted and rounded as by Go", () => {
  assert.ok(intervals.formatted.length > 200);
  for (const [nanos, text] of intervals.formatted) assert.equal(formatInterval(ms(nanos)), text, nanos);
  for (const [nanos, rounded] of intervals.rounded) {
    assert.equal(roundInterval(ms(nanos)), ms(rounded), nanos);
  }
});

test("the interval of a setting, and the choice between settings, are Go's", () => {
  const overflowing = new Set(intervals.durations.filter(({ overflow }) => overflow).map(({ text }) => text));
  for (const [text, go] of intervals.settings) {
    assert.equal(
      answer(() => parseIntervalSetting(text)),
      overflowing.has(text) ? "!" : expected(go),
      JSON.stringify(text),
    );
  }
  assert.ok(intervals.chosen.length > 200);
  for (const [dataSource, query, queryMs, defaultNanos, go] of intervals.chosen) {
    assert.equal(
      answer(() =>
        intervalFrom({ dataSource, query, queryMs: Number(queryMs), defaultMs: ms(defaultNanos) }),
      ),
      expected(go),
      [dataSource, query, queryMs, defaultNanos].join(),
    );
  }
});

test("calculated intervals are those of Grafana's own data sources", () => {
  assert.ok(intervals.calculated.length > 300);
  for (const [from, to, points, min, text, nanos] of intervals.calculated) {
    const made = calculateInterval(
      { from: Number(from), to: new Date(Number(to)) },
      { maxDataPoints: Number(points), minIntervalMs: ms(min) },
    );

    assert.equal(made, ms(nanos), [from, to, points, min].join());
    assert.equal(formatInterval(made), text);
  }
});

const weekdays: readonly Weekday[] = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
];

for (const { zone, weekStart, fiscalStartMonth, times } of ranges.zones) {
  test(`relative times are Go's in ${zone}`, () => {
    const reader = createTimeReader({
      timeZone: zone,
      weekStart: weekdays[weekStart],
      fiscalYearStartMonth: fiscalStartMonth === 0 ? undefined : fiscalStartMonth - 1,
    });
    assert.ok(times.length >= 5);
    const wrong: string[] = [];
    for (const { now, answers } of times) {
      assert.equal(answers.length, 2 * ranges.texts.length);
      for (const [index, text] of ranges.texts.entries()) {
        for (const roundUp of [false, true]) {
          const go = answers[2 * index + Number(roundUp)] ?? "!";
          const ours = answer(() => reader.time(text, { now, roundUp }) - now);
          if (ours !== go)
            wrong.push(`${text} at ${new Date(now).toISOString()}, ${roundUp}: ${ours}, Go ${go}`);
        }
      }
    }

    assert.deepEqual(wrong, []);
  });
}

/** What Go takes, and what it makes of it has no meaning. */
const refused = new Map([["9223372036854775807", "beyond what a Date holds"]]);

test("texts of every odd form are read or refused as by Go", () => {
  const now = Date.UTC(2024, 4, 15, 10, 20, 30, 123);
  const readers = new Map(
    ["UTC", "America/New_York"].map((zone) => [zone, createTimeReader({ timeZone: zone })]),
  );
  const wrong: string[] = [];
  for (const { text, zone, from, to } of ranges.odd) {
    const reader = readers.get(zone);
    assert.ok(reader);
    for (const [roundUp, go] of [
      [false, from],
      [true, to],
    ] as const) {
      const ours = answer(() => reader.time(text, { now, roundUp }));
      const wanted = refused.has(text) ? "!" : (go ?? "!");
      if (ours !== wanted)
        wrong.push(`${JSON.stringify(text)} in ${zone}, ${roundUp}: ${ours}, Go ${wanted}`);
    }
  }

  assert.ok(ranges.odd.length > 200);
  assert.deepEqual(wrong, []);
});
