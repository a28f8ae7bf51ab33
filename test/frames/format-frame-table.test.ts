import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createField } from "../../src/frames/create-field.ts";
import { createFrame } from "../../src/frames/create-frame.ts";
import { formatFrameTable } from "../../src/frames/format-frame-table.ts";
import { decodeFrame } from "../../src/frames/frame-codec.ts";
import type { Description } from "./describe.ts";
import { readGolden } from "./golden-corpus.ts";
import { frameOfDescription } from "./time-series/frame-of-description.ts";

interface Case {
  readonly name: string;
  readonly maxFields: number;
  readonly maxRows: number;
  readonly input?: Description;
  readonly text: string;
}

const path = join(import.meta.dirname, "..", "golden", "frames", "tables.json");
const cases = JSON.parse(readFileSync(path, "utf8")) as Case[];

/** Characters that a terminal shows in two columns, or in none, which Go counts so. */
const isOfOtherWidth = /[^\u0020-\u007e\n]/;

test("there are cases of every part of the corpus, and of the limits", () => {
  assert.ok(cases.length > 100, `expected more than 100 cases in ${path}, got ${cases.length}`);
});

for (const { name, maxFields, maxRows, input, text } of cases) {
  test(`the table of a frame is Go's: ${name}`, async () => {
    const frame =
      input === undefined ? await decodeFrame(readGolden(name, "arrow")) : frameOfDescription(input);
    const unlimited = (limit: number): number => (limit < 0 ? Number.POSITIVE_INFINITY : limit);

    const table = formatFrameTable(frame, { maxFields: unlimited(maxFields), maxRows: unlimited(maxRows) });

    // Where widths differ, so do the spaces and rules that fill the cells.
    const comparable = (lines: string): string =>
      isOfOtherWidth.test(text) ? lines.replace(/[ -]+/g, " ") : lines;
    assert.equal(comparable(table), comparable(text));
  });
}

test("a table has ten rows and a hundred columns unless told otherwise", () => {
  const fields = Array.from({ length: 101 }, (_, i) => createField(`f${i}`, "uint8", new Uint8Array(11)));

  const lines = formatFrameTable(createFrame({ fields })).split("\n");

  assert.match(lines[3] ?? "", /\.\.\.\+2 field\.\.\. \|$/);
  assert.equal(lines.filter((line) => line.startsWith("| 0 ")).length, 9);
});

test("limits that are no numbers of rows or columns are refused", () => {
  const frame = createFrame({ fields: [] });

  for (const options of [{ maxRows: -1 }, { maxRows: 1.5 }, { maxFields: 1 }, { maxFields: Number.NaN }]) {
    assert.throws(() => formatFrameTable(frame, options), { code: "invalid_value" });
  }
});
