import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { arrowTableToFrame } from "../../src/arrow/arrow-table-to-frame.ts";
import { readTable } from "../../src/arrow/read-table.ts";
import type { AnyField } from "../../src/frames/field.ts";

interface Expected {
  readonly name: string;
  readonly type: string;
  readonly kind: string;
  readonly values: readonly unknown[];
}

const folder = join(import.meta.dirname, "..", "golden", "arrow");
const contents = JSON.parse(readFileSync(join(folder, "contents.json"), "utf8")) as Record<
  string,
  Expected[]
>;

test("there are files and streams of pyarrow, polars and DuckDB", () => {
  const names = Object.keys(contents);

  for (const producer of ["pyarrow", "polars", "duckdb"]) {
    for (const ending of [".arrow", ".arrows"]) {
      assert.ok(names.some((name) => name.startsWith(producer) && name.endsWith(ending)));
    }
  }
});

for (const [name, expected] of Object.entries(contents)) {
  test(`${name} becomes a frame of what its producer put in`, async () => {
    const { frame, conversions } = arrowTableToFrame(await readTable(readFileSync(join(folder, name))));

    assert.equal(frame.fields.length, expected.length);
    for (const [i, field] of frame.fields.entries()) {
      const { kind, values, type } = expected[i] as Expected;
      assert.deepEqual([field.name, field.kind, plain(field)], [expected[i]?.name, kind, values], type);
    }
    for (const { index, field, from } of conversions) {
      assert.equal(field, expected[index]?.name);
      assert.notEqual(from, "");
    }
  });
}

test("a stream is read as it arrives", async () => {
  const name = "polars-zstd.arrows";

  const { frame } = arrowTableToFrame(
    await readTable(createReadStream(join(folder, name), { highWaterMark: 100 })),
  );

  assert.deepEqual(
    frame.fields.map((field) => [field.name, plain(field)]),
    contents[name]?.map((field) => [field.name, field.values]),
  );
});

for (const name of ["run-end-encoded", "list-view"]) {
  test(`what apache-arrow cannot read is refused: ${name}`, async () => {
    await assert.rejects(readTable(readFileSync(join(folder, `unsupported-${name}.arrow`))), {
      code: "arrow_unsupported",
    });
  });
}

for (const [what, bytes] of [
  ["nothing", new Uint8Array(0)],
  ["text", new TextEncoder().encode("this is not Arrow, and long enough to be")],
  ["half of a file", readFileSync(join(folder, "pyarrow-times.arrow")).subarray(0, 3000)],
] as [string, Uint8Array][]) {
  test(`${what} is refused as corrupt`, async () => {
    await assert.rejects(readTable(bytes), { code: "arrow_corrupt" });
  });
}

/** Values as JSON has them: integers of 64 bits and times as decimal texts. */
function plain({ kind, values }: AnyField): unknown[] {
  return values.map((value) => {
    if (typeof value === "bigint") return String(value);
    return kind === "float64" && value === Number.NEGATIVE_INFINITY ? "-Infinity" : value;
  });
}
