import assert from "node:assert/strict";
import { test } from "node:test";
import { createField } from "../../../src/frames/create-field.ts";
import { createFrame } from "../../../src/frames/create-frame.ts";
import { type ResampleOptions, resample } from "../../../src/frames/time-series/resample.ts";

const time = createField("time", "time", [0, 30_000]);
const value = createField("value", "float64", [1, 2], { config: { unit: "s" }, labels: { host: "a" } });
const frame = createFrame({ name: "n", refId: "A", fields: [time, value] });
const range = { from: new Date(0), to: new Date(30_000) };

test("resampling keeps name, refId, labels and configs", () => {
  const made = resample(frame, { range, intervalMs: 10_000, fill: { mode: "null" } });

  assert.deepEqual(
    [made.name, made.refId, made.fields[1]?.labels, made.fields[1]?.config],
    ["n", "A", { host: "a" }, { unit: "s" }],
  );
  assert.deepEqual(made.fields[1]?.values, [1, null, null, 2]);
  assert.deepEqual([...(made.fields[0]?.epochMs() ?? [])], [0, 10_000, 20_000, 30_000]);
});

test("a gap in a field that is not nullable is zero without a fill, and null makes the field nullable", () => {
  const zeros = resample(frame, { range, intervalMs: 15_000 });
  const nulls = resample(frame, { range, intervalMs: 15_000, fill: { mode: "previous" } });

  assert.deepEqual([zeros.fields[1]?.nullable, zeros.fields[1]?.values], [false, [1, 0, 2]]);
  assert.deepEqual([nulls.fields[1]?.nullable, nulls.fields[1]?.values], [true, [1, 1, 2]]);
});

test("an interval may be a fraction of a millisecond", () => {
  const made = resample(frame, { range: { from: 0n, to: 1_000n }, intervalMs: 0.0005 });

  assert.deepEqual(made.fields[0]?.values, [0n, 500n, 1000n]);
});

for (const [name, options, code] of [
  ["an interval of 0", { range, intervalMs: 0 }, "invalid_value"],
  ["an interval of NaN", { range, intervalMs: Number.NaN }, "invalid_value"],
  [
    "a range without a date",
    { range: { from: 5 as unknown as Date, to: range.to }, intervalMs: 1 },
    "invalid_value",
  ],
  [
    "a date that is none",
    { range: { from: new Date(Number.NaN), to: range.to }, intervalMs: 1 },
    "invalid_value",
  ],
  [
    "a time beyond 64 bits",
    { range: { from: range.from, to: new Date("3000-01-01") }, intervalMs: 1e9 },
    "time_out_of_range",
  ],
  ["more cells than the limit", { range, intervalMs: 0.001, maxCells: 1000 }, "limit_exceeded"],
] as [string, ResampleOptions, string][]) {
  test(`resampling refuses ${name}`, () => {
    assert.throws(() => resample(frame, options), { code });
  });
}

test("resampling refuses times that do not ascend", () => {
  const odd = createFrame({ fields: [createField("time", "time", [2, 1]), value] });

  assert.throws(() => resample(odd, { range, intervalMs: 1000 }), { code: "time_series_invalid" });
});
