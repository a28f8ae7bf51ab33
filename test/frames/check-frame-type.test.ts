import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFrameType } from "../../src/frames/check-frame-type.ts";
import { createField } from "../../src/frames/create-field.ts";
import { createFrame } from "../../src/frames/create-frame.ts";
import type { AnyField } from "../../src/frames/field.ts";
import type { Frame } from "../../src/frames/frame.ts";
import { type FrameType, frameTypes } from "../../src/frames/frame-type.ts";

const time = createField("time", "time", [1000, 2000]);
const value = createField("value", "float64", [1, 2]);
const up = createField("up", "bool", [true, false]);
const host = createField("host", "string", ["a", "b"]);
const one = createField("value", "float64", [1]);
const body = createField("body", "string", ["x", "y"]);
const stamp = createField("timestamp", "time", [1000, 2000]);

function typed(type: string, ...fields: AnyField[]): Frame {
  const typeVersion = frameTypes[type as FrameType]?.version ?? [0, 1];
  return createFrame({ name: "f", meta: { type, typeVersion }, fields });
}

function labelled(field: AnyField, host: string): AnyField {
  return createField(field.name, "float64", field.values as number[], { labels: { host } });
}

for (const [what, frames, kind] of [
  ["a wide series with texts beside it", typed("timeseries-wide", time, value, up, host), "timeSeries"],
  [
    "several series",
    [
      typed("timeseries-multi", time, labelled(value, "a")),
      typed("timeseries-multi", time, labelled(value, "b")),
    ],
    "timeSeries",
  ],
  ["several series by their old name", [typed("timeseries-many", time, value)], "timeSeries"],
  ["a long series", typed("timeseries-long", createField("time", "time", [1, 1]), value, host), "timeSeries"],
  ["a row of numbers", typed("numeric-wide", labelled(one, "a"), labelled(one, "b")), "numeric"],
  [
    "numbers in several frames",
    [typed("numeric-multi", labelled(one, "a")), typed("numeric-multi", labelled(one, "b"))],
    "numeric",
  ],
  ["numbers by text", typed("numeric-long", value, host), "numeric"],
  ["log lines", typed("log-lines", stamp, body, createField("labels", "json", [{}, {}])), "logs"],
  ["a table", typed("table", host), "table"],
  ["a directory", typed("directory-listing", host), "directoryListing"],
  ["no data", typed("timeseries-wide"), "timeSeries"],
  [
    "frames without the type beside one",
    [typed("timeseries-wide", time, value), createFrame({ fields: [host] })],
    "timeSeries",
  ],
] as [string, Frame | Frame[], string][]) {
  test(`takes ${what}`, () => {
    const check = checkFrameType(frames);

    assert.deepEqual(check.ok ? check.kind : check.reason, kind);
  });
}

for (const [what, frames, reason] of [
  ["no frames", [], /no frames: for no data send one/],
  ["a frame without a type", createFrame({ fields: [time, value] }), /names no type/],
  [
    "an unknown type",
    typed("heat", value),
    /"heat" is not a type of frames, expected one of timeseries-wide, /,
  ],
  [
    "a type without a version",
    createFrame({ meta: { type: "timeseries-wide" }, fields: [time, value] }),
    /expected version 0\.1 .* got none/,
  ],
  [
    "another version",
    createFrame({ meta: { type: "numeric-long", typeVersion: [2, 0] }, fields: [value] }),
    /got 2\.0/,
  ],
  ["a series without a time", typed("timeseries-wide", value), /needs a time field/],
  ["a series without a value", typed("timeseries-wide", time, host), /needs a number or bool field/],
  [
    "a nullable time",
    typed("timeseries-wide", createField("time", "time", [1, null]), value),
    /not nullable/,
  ],
  [
    "times that do not ascend",
    typed("timeseries-wide", createField("time", "time", [2, 1]), value),
    /not ascending/,
  ],
  [
    "a repeated time",
    typed("timeseries-wide", createField("time", "time", [1, 1]), value),
    /row 0 again at row 1/,
  ],
  [
    "two wide frames",
    [typed("timeseries-wide", time, value), typed("timeseries-wide", time, value)],
    /expected one: .*"timeseries-multi"/,
  ],
  [
    "values that nothing distinguishes",
    typed("timeseries-wide", time, value, value),
    /labels that distinguish them/,
  ],
  [
    "frames that nothing distinguishes",
    [typed("numeric-multi", one), typed("numeric-multi", one)],
    /labels that distinguish them/,
  ],
  [
    "repeated rows of a long series",
    typed("timeseries-long", createField("time", "time", [1, 1]), value),
    /rows 0 and 1 have the same time/,
  ],
  ["two rows of numbers", typed("numeric-wide", value), /at most one row, got 2/],
  ["rows without a text", typed("numeric-long", value), /needs a string field/],
  [
    "repeated texts",
    typed("numeric-long", value, createField("host", "string", ["a", "a"])),
    /the same texts/,
  ],
  ["repeated dimensions", typed("numeric-long", value, host, host), /one dimension/],
  ["log lines without a body", typed("log-lines", stamp), /string field "body"/],
  [
    "log lines with labels in a text",
    typed("log-lines", stamp, body, createField("labels", "string", ["", ""])),
    /of kind string, expected json/,
  ],
  ["a directory that begins with numbers", typed("directory-listing", value), /begins with a string field/],
  [
    "no data beside data",
    [typed("timeseries-multi"), typed("timeseries-multi", time, value)],
    /which is no data/,
  ],
] as [string, Frame | Frame[], RegExp][]) {
  test(`refuses ${what}, and says what to do`, () => {
    const check = checkFrameType(frames);

    assert.match(check.ok ? "" : check.reason, reason);
  });
}
