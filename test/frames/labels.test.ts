import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Labels } from "../../src/frames/field-config.ts";
import { fingerprintLabels, formatLabels, parseLabels } from "../../src/frames/labels.ts";

interface Vectors {
  readonly parsed: readonly { readonly text: string; readonly labels: Labels; readonly error?: string }[];
  readonly formatted: readonly {
    readonly labels: Labels;
    readonly text: string;
    readonly fingerprint: string;
  }[];
}

const path = join(import.meta.dirname, "..", "golden", "frames", "labels.json");
const { parsed, formatted } = JSON.parse(readFileSync(path, "utf8")) as Vectors;

for (const { text, labels, error } of parsed) {
  if (error !== undefined) {
    test(`labels are refused as in Go: ${text}`, () => {
      assert.throws(() => parseLabels(text), { code: "invalid_labels" });
    });
  } else {
    test(`labels are read as in Go: ${text}`, () => {
      assert.deepEqual(Object.entries(parseLabels(text)).sort(), Object.entries(labels).sort());
    });
  }
}

for (const { labels, text, fingerprint } of formatted) {
  test(`labels are printed and hashed as in Go: ${JSON.stringify(labels)}`, () => {
    assert.equal(formatLabels(labels), text);
    assert.equal(fingerprintLabels(labels).toString(16).padStart(16, "0"), fingerprint);
  });
}

test("labels of something else than a text are refused", () => {
  assert.throws(() => parseLabels(undefined as unknown as string), { code: "invalid_value" });
});
