import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Frame } from "../../../src/frames/frame.ts";
import { FrameError } from "../../../src/frames/frame-error.ts";
import { type Fill, longToWide } from "../../../src/frames/time-series/long-to-wide.ts";
import { resample } from "../../../src/frames/time-series/resample.ts";
import { sortWideFields } from "../../../src/frames/time-series/sort-wide-fields.ts";
import { timeSeriesKind } from "../../../src/frames/time-series/time-series-kind.ts";
import { wideToLong } from "../../../src/frames/time-series/wide-to-long.ts";
import { type Description, describeFrame } from "../describe.ts";
import { frameOfDescription } from "./frame-of-description.ts";

interface Case {
  readonly operation: string;
  readonly options: {
    readonly fill?: { readonly mode: string; readonly value?: string };
    readonly keys?: string[];
    readonly span?: { readonly from: string; readonly to: string; readonly interval: string };
  };
  readonly input: Description;
  readonly schema: string;
  readonly output: Description | null;
  readonly error: string | null;
}

const folder = join(import.meta.dirname, "..", "..", "golden", "frames", "series");
const files = readdirSync(folder).filter((file) => file.endsWith(".case.json"));
const cases = files.map((file) => ({
  name: file.replace(/\.case\.json$/, ""),
  ...(JSON.parse(readFileSync(join(folder, file), "utf8")) as Case),
}));

test("the cases that Go wrote are there", () => {
  assert.ok(cases.length > 50, `expected more than 50 cases in ${folder}, got ${cases.length}`);
});

for (const { name, operation, options, input, schema, output, error } of cases) {
  if (hasUnequalLengths(input)) {
    test(`no frame is made of fields of unequal lengths: ${name}`, () => {
      assert.throws(() => frameOfDescription(input), { code: "unequal_lengths" });
    });
    continue;
  }

  test(`the kind of time series is Go's: ${name}`, () => {
    assert.equal(timeSeriesKind(frameOfDescription(input)), schema);
  });

  if (operation === "schema") continue;

  if (error !== null) {
    test(`${operation} refuses what Go refuses: ${name}`, () => {
      assert.throws(
        () => convert(operation, options, frameOfDescription(input)),
        (thrown) => thrown instanceof FrameError && thrown.code === "time_series_invalid",
      );
    });
    continue;
  }

  test(`${operation} gives what Go gives, and leaves its input alone: ${name}`, () => {
    const frame = frameOfDescription(input);

    const converted = convert(operation, options, frame);

    const described = describeFrame(converted);
    // Of the conversions Go's drop the configs, and ours keep them: conversion.test.ts.
    const fields = operation.includes("To")
      ? described.fields.map((field) => ({ ...field, config: null }))
      : described.fields;
    assert.deepEqual({ ...described, fields }, output);
    assert.deepEqual(describeFrame(frame), input);
  });
}

function convert(operation: string, { fill, keys, span }: Case["options"], frame: Frame): Frame {
  switch (operation) {
    case "resample": {
      if (span === undefined) throw new Error("resample needs a span");
      const range = { from: BigInt(span.from), to: BigInt(span.to) };
      return resample(frame, {
        range,
        intervalMs: Number(span.interval) / 1e6,
        fill: fill && readFill(fill),
      });
    }
    case "longToWide":
      return longToWide(frame, fill && readFill(fill));
    case "wideToLong":
      return wideToLong(frame);
    case "sortWideFields":
      return sortWideFields(frame, ...(keys ?? []));
    default:
      throw new Error(`unknown operation "${operation}"`);
  }
}

function readFill({ mode, value }: NonNullable<Case["options"]["fill"]>): Fill {
  if (value !== undefined) return { mode: "value", value: Buffer.from(value, "hex").readDoubleBE() };
  return { mode: mode === "null" ? "null" : "previous" };
}

function hasUnequalLengths({ fields }: Description): boolean {
  return fields.some(({ values }) => values.length !== fields[0]?.values.length);
}
