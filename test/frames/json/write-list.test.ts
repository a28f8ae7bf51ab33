import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { byteWriter, writtenBytes } from "../../../src/frames/json/byte-writer.ts";
import { writeIntegerList } from "../../../src/frames/json/write-list.ts";

const integer = fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 });

test("whole numbers are written as JSON.stringify writes them", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(integer, fc.integer(), fc.integer({ min: -1100, max: 1100 }))),
      (values) => {
        assert.equal(written(values), JSON.stringify(values));
      },
    ),
  );
});

test("what is not valid is null", () => {
  assert.equal(written([1, 2, 3], new Uint8Array([0b101])), "[1,null,3]");
});

test("a list that is longer than was expected grows", () => {
  const values = Array.from({ length: 5000 }, (_, i) => i * 1_000_003);

  assert.equal(written(values), JSON.stringify(values));
});

function written(values: readonly number[], validity?: Uint8Array): string {
  const writer = byteWriter(0);
  writeIntegerList(writer, values, validity);
  return new TextDecoder().decode(writtenBytes(writer));
}
