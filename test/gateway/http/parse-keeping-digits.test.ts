import assert from "node:assert/strict";
import { test } from "node:test";
import { parseKeepingDigits } from "../../../src/gateway/http/parse-keeping-digits.ts";

test("numbers that stay the same are numbers", () => {
  assert.deepEqual(parseKeepingDigits('{"a":9007199254740993,"b":5}'), {
    a: (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON("9007199254740993"),
    b: 5,
  });
});
