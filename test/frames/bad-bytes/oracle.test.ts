import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tableFromIPC, type Vector } from "apache-arrow";
import { type AnyField, decodeFrame } from "grafana-plugin-protocol/frames";

/**
 * Two readers that have nothing in common agree on every file of the corpus. Where names repeat apache-arrow gives the
 * fields one type, so it is no oracle there.
 */
const corpus = join(import.meta.dirname, "..", "..", "golden", "frames", "corpus");
const names = readdirSync(corpus).filter((file) => file.endsWith(".arrow"));
let compared = 0;

for (const name of names) {
  const bytes = new Uint8Array(readFileSync(join(corpus, name)));
  const table = tableFromIPC(bytes);
  const fieldNames = table.schema.fields.map((field) => field.name);
  if (new Set(fieldNames).size !== fieldNames.length) continue;
  compared++;

  test(`apache-arrow reads the same values: ${name}`, async () => {
    const frame = await decodeFrame(bytes);

    assert.deepEqual(
      frame.fields.map((field) => field.name),
      fieldNames,
    );
    assert.equal(frame.length, table.numRows);
    for (const [index, field] of frame.fields.entries()) {
      const vector = table.getChildAt(index);
      assert.ok(vector !== null);
      assert.equal(field.nullable, table.schema.fields[index]?.nullable);
      assert.deepEqual(ours(field), theirs(field, vector));
    }
  });
}

test("most files of the corpus can be compared", () => {
  assert.ok(compared > names.length * 0.8, `expected most of ${names.length} files, got ${compared}`);
});

/** apache-arrow leaves out a byte order mark. */
function ours({ values }: AnyField): readonly unknown[] {
  return values.map((value) => (typeof value === "string" ? value.replace(/^\ufeff/, "") : value));
}

/** As apache-arrow reads them, but for times, of which it makes a rounded number: those come from its buffers. */
function theirs({ kind, nullable }: AnyField, vector: Vector): readonly unknown[] {
  const times = vector.data.flatMap(({ values, length }) => [...values.subarray(0, length)]);
  return Array.from({ length: vector.length }, (_, row) => {
    if (nullable && !vector.isValid(row)) return null;
    if (kind === "time") return times[row];
    const value: unknown = vector.get(row);
    return kind === "json" ? parse(value as Uint8Array) : value;
  });
}

function parse(bytes: Uint8Array): unknown {
  const text = new TextDecoder("utf-8").decode(bytes);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
