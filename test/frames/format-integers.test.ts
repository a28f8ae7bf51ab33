import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatIntegers } from "../../src/frames/json/format-integers.ts";

const integer = fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 });

test("whole numbers are written as JSON.stringify writes them", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(integer, fc.integer(), fc.integer({ min: -1100, max: 1100 }))),
      (values) => {
        assert.equal(formatIntegers(values), JSON.stringify(values));
      },
    ),
  );
});

test("what is not valid is null", () => {
  assert.equal(formatIntegers([1, 2, 3], new Uint8Array([0b101])), "[1,null,3]");
});
