import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { escapeHtml, jsonDecimal, jsonNumber, respellJson } from "../../src/compat/go-json.ts";

test("a decimal has no exponent and reads back as the same number", () => {
  const numbers = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(numbers, (number) => {
      const text = jsonDecimal(number, "here");

      assert.match(text, /^-?\d+(\.\d+)?$/);
      assert.ok(Object.is(Number(text), number));
    }),
  );
});

test("a number is spelled as encoding/json does", () => {
  const spelled = [0, -0, 1e20, 1e21, 0.000001, 1e-7, 5e-324, Number.NaN].map((value) =>
    jsonNumber(value, "here"),
  );

  assert.deepEqual(spelled, [
    "0",
    "-0",
    "100000000000000000000",
    "1e+21",
    "0.000001",
    "1e-7",
    "5e-324",
    "null",
  ]);
});

test("JSON that Go has read has sorted keys, and numbers digit by digit", () => {
  const text = '{"10": [1.0, -0, 1E5], "9": {"b": true, "__proto__": 2}, "ü": "<\\u00e9>"}';

  assert.equal(respellJson(text), '{"10":[1.0,-0,1E5],"9":{"__proto__":2,"b":true},"ü":"\\u003cé\\u003e"}');
});

test("any JSON value stays what it is", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.deepEqual(JSON.parse(respellJson(text) ?? ""), JSON.parse(text));
    }),
  );
});

test("HTML is escaped in every place of a body", () => {
  assert.equal(escapeHtml('{"<a>":"\u2028&\\b"}'), '{"\\u003ca\\u003e":"\\u2028\\u0026\\b"}');
});
