import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { escapedJson, joinJson, jsonTextOf } from "../../src/compat/json-parts.ts";

const encoder = new TextEncoder();
/** Longer than what is joined with other texts. */
const long = 64 << 10;

suite("JSON in bytes", () => {
  test("is a text when it is short, and stays as it is when it is long", () => {
    const bytes = encoder.encode(`"${"ä".repeat(long)}"`);

    assert.equal(escapedJson(encoder.encode('"ä"')), '"ä"');
    assert.equal(escapedJson(bytes), bytes);
  });

  for (const [name, character, escaped] of [
    ["<", "<", "\\u003c"],
    [">", ">", "\\u003e"],
    ["&", "&", "\\u0026"],
    ["a line separator", "\u2028", "\\u2028"],
    ["a paragraph separator", "\u2029", "\\u2029"],
  ] as const) {
    test(`has ${name} escaped wherever it is, also where the search divides the bytes`, () => {
      for (const before of [1, long - 4, long - 3, long - 2, long - 1, long, 2 * long - 2]) {
        const text = `${"a".repeat(before)}${character}${"b".repeat(2 * long)}`;

        const found = escapedJson(encoder.encode(text));

        assert.equal(found, text.replace(character, escaped), `after ${before} bytes`);
      }
    });
  }
});

test("parts become fewer, and are the same text", () => {
  const bytes = encoder.encode("ß");
  const parts = ["a", "b", bytes, "", bytes, "c", "d"];

  assert.deepEqual(joinJson(parts), ["ab", bytes, bytes, "cd"]);
  assert.equal(jsonTextOf(parts), "abßßcd");
  assert.deepEqual(joinJson([]), []);
});
