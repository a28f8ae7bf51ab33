import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createField } from "../../../src/frames/create-field.ts";
import { createFrame } from "../../../src/frames/create-frame.ts";
import type { AnyField } from "../../../src/frames/field.ts";
import type { Frame } from "../../../src/frames/frame.ts";
import { longToWide } from "../../../src/frames/time-series/long-to-wide.ts";
import { sortWideFields } from "../../../src/frames/time-series/sort-wide-fields.ts";
import { wideToLong } from "../../../src/frames/time-series/wide-to-long.ts";
import { describeFrame } from "../describe.ts";

const time = createField("time", "time", [1000, 2000]);
const value = createField("value", "float64", [1, 2]);
const host = createField("host", "string", ["a", "b"]);

function frameOf(...fields: AnyField[]): Frame {
  return createFrame({ name: "f", fields });
}

function refuses(name: string, run: () => unknown, code: string, message: RegExp): void {
  test(`refuses ${name}, and says what to do`, () => {
    assert.throws(run, { name: "FrameError", code, message });
  });
}

const invalid = "time_series_invalid";
refuses("a frame without fields", () => longToWide(frameOf()), invalid, /has no fields: check/);
refuses(
  "a frame without a time",
  () => longToWide(frameOf(value, host)),
  invalid,
  /no field of kind time: add one/,
);
refuses(
  "a frame without a value",
  () => wideToLong(frameOf(time, host)),
  invalid,
  /no value field .*: add one/,
);
refuses("to make a wide frame wide", () => longToWide(frameOf(time, value)), invalid, /is wide already/);
refuses(
  "to make a long frame long",
  () => wideToLong(frameOf(time, value, host)),
  invalid,
  /string field "host": use longToWide/,
);
refuses(
  "to sort a long frame",
  () => sortWideFields(frameOf(time, value, host)),
  invalid,
  /expected a wide time series/,
);
refuses(
  "times that do not ascend",
  () => longToWide(frameOf(createField("t", "time", [2, 1]), value, host)),
  invalid,
  /"t" is not ascending, row 1 is earlier than row 0: sort/,
);
refuses(
  "null times",
  () => wideToLong(frameOf(createField("t", "time", [1, null]), value)),
  invalid,
  /"t" is null at row 1, .*: leave such rows out/,
);
refuses(
  "value fields of one name and several kinds",
  () => wideToLong(frameOf(time, value, createField("value", "int8", [1, null]))),
  invalid,
  /are float64 and nullable int8, .*: convert or rename one/,
);
for (const [field, fill] of [
  [createField("v", "uint8", [1, 2]), -1],
  [createField("v", "int8", [1, 2]), 128],
  [createField("v", "int64", [1, 2]), 2 ** 63],
  [createField("v", "uint64", [1, 2]), Number.NaN],
] as const) {
  refuses(
    `the fill value ${fill} for ${field.kind}`,
    () => longToWide(frameOf(time, field, host), { mode: "value", value: fill }),
    "invalid_value",
    new RegExp(`kind ${field.kind} cannot hold the fill value ${fill}: choose another`),
  );
}
refuses(
  "to make a wide frame of more cells than allowed",
  () => longToWide(frameOf(time, value, host), undefined, { maxCells: 5 }),
  "limit_exceeded",
  /2 rows and 3 fields, expected at most 5 cells/,
);
refuses(
  "to make a long frame of more cells than allowed",
  () => wideToLong(frameOf(time, value), { maxCells: 3 }),
  "limit_exceeded",
  /raise maxCells/,
);

test("a fill value fits up to the ends of its kind", () => {
  const fields = [createField("i", "int64", [1, 2]), createField("u", "uint8", [1, 2])];

  const wide = longToWide(frameOf(time, ...fields, host), { mode: "value", value: 255.9 });

  assert.deepEqual(
    wide.fields.slice(1).map(({ values }) => values),
    [
      [1n, 255n],
      [255n, 2n],
      [1, 255],
      [255, 2],
    ],
  );
});

test("label names that objects have by themselves are labels like others", () => {
  const long = frameOf(time, value, createField("__proto__", "string", ["a", "b"]));

  const wide = longToWide(long, { mode: "null" });

  const expected = ["a", "b"].map((text) => ({ ["__proto__"]: text }));
  assert.deepEqual(
    wide.fields.slice(1).map(({ labels }) => labels),
    expected,
  );
  assert.deepEqual(wideToLong(wide).fields[2]?.values, ["a", "b", "a", "b"]);
});

test("any set of complete series comes back from wide to long to wide", () => {
  fc.assert(
    fc.property(wideFrames, (frame) => {
      const again = longToWide(wideToLong(frame));

      assert.deepEqual(describeFields(again), describeFields(sortWideFields(frame, ...labelNames)));
    }),
  );
});

test("making a frame long keeps each value at its time and labels", () => {
  fc.assert(
    fc.property(wideFrames, (frame) => {
      const long = wideToLong(frame);

      const cells = new Map<string, unknown>();
      const [times, values, ...labels] = long.fields;
      for (let row = 0; row < long.length; row++) {
        const key = JSON.stringify([String(times?.values[row]), ...labels.map((field) => field.values[row])]);
        assert.ok(!cells.has(key), "each time and set of labels has one row");
        cells.set(key, values?.values[row]);
      }
      for (const field of frame.fields.slice(1)) {
        frame.fields[0]?.values.forEach((at, row) => {
          const key = JSON.stringify([String(at), ...labelNames.map((name) => field.labels?.[name])]);
          assert.equal(cells.get(key), field.values[row]);
        });
      }
    }),
  );
});

const labelNames = ["dc", "host"];
const label = fc.string({ unit: "grapheme", maxLength: 3 });
const ascendingTimes = fc
  .uniqueArray(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1, maxLength: 20 })
  .map((times) => times.sort((a, b) => (a < b ? -1 : 1)));

/** Wide frames of one value name, each series with labels of its own, with and without nulls. */
const wideFrames = fc
  .tuple(
    ascendingTimes,
    fc.uniqueArray(fc.tuple(label, label), {
      minLength: 1,
      maxLength: 8,
      selector: (pair) => JSON.stringify(pair),
    }),
  )
  .chain(([times, labels]) => {
    const values = fc.array(fc.option(fc.double({ noNaN: true }), { freq: 5 }), {
      minLength: times.length,
      maxLength: times.length,
    });
    return fc
      .array(values, { minLength: labels.length, maxLength: labels.length })
      .map((columns) =>
        frameOf(
          createField("time", "time", times),
          ...labels.map(([dc, host], i) =>
            createField("value", "float64", columns[i] ?? [], { nullable: true, labels: { dc, host } }),
          ),
        ),
      );
  });

function describeFields(frame: Frame): unknown {
  return describeFrame(frame).fields;
}

const levels = { type: { enum: { text: ["up", "down"] } } };
const state = createField("state", "enum", [0, 1], { config: levels });
const dated = createField("time", "time", [1000, 2000], { config: { displayName: "at" } });

test("the conversions keep the configs of time and values, so that an enum keeps its texts", () => {
  const wide = longToWide(frameOf(dated, state, host));
  const long = wideToLong(wide);

  assert.deepEqual(
    wide.fields.map(({ config }) => config),
    [{ displayName: "at" }, levels, levels],
  );
  assert.deepEqual(
    long.fields.map(({ name, config }) => [name, config]),
    [
      ["time", { displayName: "at" }],
      ["state", levels],
      ["host", undefined],
    ],
  );
});

test("a config that only one of the series has is not that of the long field", () => {
  const series = (dc: string, displayName: string): AnyField =>
    createField("value", "float64", [1, 2], { labels: { dc }, config: { unit: "s", displayName } });

  const long = wideToLong(frameOf(time, series("a", "A"), series("b", "B")));
  const same = wideToLong(frameOf(time, series("a", "A"), series("b", "A")));

  assert.equal(long.fields[1]?.config, undefined);
  assert.deepEqual(same.fields[1]?.config, { unit: "s", displayName: "A" });
});
