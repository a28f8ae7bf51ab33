import assert from "node:assert/strict";
import { test } from "node:test";
import { type AlertingCheck, checkAlerting } from "../../src/frames/alerting.ts";
import { createField } from "../../src/frames/create-field.ts";
import { createFrame } from "../../src/frames/create-frame.ts";
import type { AnyField } from "../../src/frames/field.ts";
import type { Frame } from "../../src/frames/frame.ts";
import type { FrameMeta } from "../../src/frames/frame-meta.ts";
import { longToWide } from "../../src/frames/time-series/long-to-wide.ts";

const time = createField("time", "time", [1000, 2000]);
const value = createField("value", "float64", [1, 2]);
const count = createField("count", "int64", [1, 2], { labels: { of: "count" } });
const host = createField("host", "string", ["a", "b"]);
const up = createField("up", "bool", [true, false]);
const body = createField("body", "json", [{}, {}]);

function check(fields: AnyField[], meta?: FrameMeta): AlertingCheck {
  return checkAlerting(createFrame({ fields, meta }));
}

function typed(type: string): FrameMeta {
  return { type, typeVersion: [0, 1] };
}

function refuses(name: string, fields: AnyField[], reason: RegExp, meta?: FrameMeta): void {
  test(`refuses ${name}, and says what is missing`, () => {
    const answer = check(fields, meta);

    assert.equal(answer.ok, false);
    assert.match(answer.ok ? "" : answer.reason, reason);
  });
}

function takes(
  name: string,
  fields: AnyField[],
  as: "noData" | "numbers" | "series",
  meta?: FrameMeta,
): void {
  test(`takes ${name} as ${as}`, () => {
    assert.deepEqual(check(fields, meta), { ok: true, as });
  });
}

takes("a frame without fields", [], "noData");
takes("a wide series", [time, value], "series");
takes("a wide series of several numbers", [value, time, count], "series");
takes(
  "a wide series without rows",
  [createField("time", "time", []), createField("v", "float64", [])],
  "series",
);
takes("numbers by text", [host, count], "numbers");
takes("a long series that says so", [time, value, host], "series", typed("timeseries-long"));
takes("a typed series with more than numbers", [time, value, body], "series", typed("timeseries-wide"));
takes("a typed series of bools", [time, up], "series", typed("timeseries-multi"));
takes("numbers that say so", [value, host], "numbers", typed("numeric-long"));
takes("a single number", [createField("value", "float64", [1])], "numbers");
takes("a type that is not known by its fields", [time, value], "series", typed("log-lines"));

test("takes what longToWide makes of a long series", () => {
  const wide = longToWide(createFrame({ fields: [time, value, host] }), { mode: "null" });

  assert.deepEqual(checkAlerting(wide), { ok: true, as: "series" });
});

refuses(
  "a long series that does not say so",
  [time, value, host],
  /meta\.typeVersion to \[0, 1\], or send longToWide/,
);
refuses(
  "a long series without rows",
  [createField("time", "time", []), createField("v", "float64", []), createField("host", "string", [])],
  /without rows: answer with no frame, or with one that has no fields/,
);
refuses("a type without a version", [time, value, host], /longToWide/, { type: "timeseries-long" });
refuses("a wide series with json", [time, value, body], /field "body" is of kind json/);
refuses("a second time", [time, value, createField("end", "time", [1, 2])], /field "end" is of kind time/);
refuses(
  "times that do not ascend",
  [createField("time", "time", [2, 1]), value],
  /row 1 is earlier than row 0/,
);
refuses("null times", [createField("time", "time", [1, null]), value], /"time" is null at row 1/);
refuses("a frame without numbers", [host], /no number field: add one/);
refuses("several numbers without a time", [value, count], /2 number fields and no time field/);
refuses("a bool beside a number", [value, up], /field "up" is of kind bool/);
refuses(
  "integers without rows",
  [createField("time", "time", []), createField("n", "int64", [])],
  /field "n" of kind int64 has no rows/,
);
refuses("a typed series without a time", [value], /needs a time field/, typed("timeseries-wide"));
refuses(
  "a typed series with nullable times",
  [createField("time", "time", [1, 2], { nullable: true }), value],
  /not nullable/,
  typed("timeseries-wide"),
);
refuses(
  "a typed series without values",
  [time, host],
  /needs a number or bool field/,
  typed("timeseries-long"),
);
refuses("typed numbers without a number", [host], /needs a number field/, typed("numeric-wide"));
refuses(
  "a typed series whose times do not ascend",
  [createField("time", "time", [2, 1]), value],
  /row 1 is earlier/,
  typed("timeseries-wide"),
);

const other = createField("other", "float64", [3, 4]);
const sameHost = createField("host", "string", ["a", "a"]);
const same =
  /have the same labels \{.*\}, by which alone alert rules distinguish results: give each labels of its own/;
refuses("a wide series of two numbers without labels", [time, value, other], same);
refuses(
  "a typed wide series of two numbers without labels",
  [time, value, other],
  same,
  typed("timeseries-wide"),
);
refuses("a long series of two numbers", [time, value, other, host], same, typed("timeseries-long"));
refuses("rows of numbers without texts", [value], /row 0 of field "value" and row 1 of field "value"/);
refuses("rows of numbers with the same texts", [sameHost, value], /same labels \{"host":"a"\}/);
refuses("typed rows with the same texts", [sameHost, value], same, typed("numeric-long"));
refuses("two numbers of each row", [host, value, other], same, typed("numeric-long"));
refuses(
  "two numbers of one row",
  [createField("a", "float64", [1]), createField("b", "float64", [2])],
  /field "a" and field "b" have the same labels \{\}/,
  typed("numeric-wide"),
);

test("refuses series of several frames with the same labels, in whatever order", () => {
  const labelled = (labels: Record<string, string>) =>
    createFrame({ fields: [time, createField("value", "float64", [1, 2], { labels })] });
  const [one, two] = [labelled({ a: "1", b: "2" }), labelled({ b: "2", a: "1" })];

  const answer = checkAlerting([one, two]);

  assert.match(answer.ok ? "" : answer.reason, /same labels \{"a":"1","b":"2"\}/);
  assert.deepEqual(checkAlerting([one, labelled({ a: "1" })]), { ok: true, as: "series" });
});

test("several frames are checked together", () => {
  const wide = createFrame({ name: "w", fields: [time, value] });
  const more = createFrame({ name: "w", fields: [time, count] });
  const multi = createFrame({ name: "m", meta: typed("timeseries-multi"), fields: [time, value] });
  const next = createFrame({ name: "m", meta: typed("timeseries-multi"), fields: [time, count] });
  const table = createFrame({ name: "t", fields: [host, count] });

  assert.deepEqual(checkAlerting([]), { ok: true, as: "noData" });
  assert.deepEqual(checkAlerting([table]), { ok: true, as: "numbers" });
  assert.deepEqual(checkAlerting([wide, more]), { ok: true, as: "series" });
  assert.deepEqual(checkAlerting([multi, next]), { ok: true, as: "series" });
});

for (const [name, frames, reason] of [
  [
    "a table of numbers beside a series",
    ["series", "table"],
    /"t" is a table of numbers, which alert rules accept as the only frame/,
  ],
  ["frames of two types", ["multi", "series"], /"s" is not of type "timeseries-multi"/],
  ["two frames of a type that has one", ["wide", "wide"], /expected one: use "timeseries-multi"/],
] as [string, string[], RegExp][]) {
  test(`refuses ${name}, and says what is missing`, () => {
    const made: Record<string, Frame> = {
      series: createFrame({ name: "s", fields: [time, value] }),
      table: createFrame({ name: "t", fields: [host, count] }),
      multi: createFrame({ name: "m", meta: typed("timeseries-multi"), fields: [time, value] }),
      wide: createFrame({ name: "w", meta: typed("timeseries-wide"), fields: [time, value] }),
    };

    const answer = checkAlerting(frames.map((frame) => made[frame] as Frame));

    assert.match(answer.ok ? "" : answer.reason, reason);
  });
}
