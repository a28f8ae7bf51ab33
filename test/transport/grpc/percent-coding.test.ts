import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { percentDecode, percentEncode } from "../../../src/transport/grpc/percent-coding.ts";

test("any text survives, as printable ASCII", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const encoded = percentEncode(text);
      assert.match(encoded, /^[\x20-\x7e]*$/);
      assert.equal(percentDecode(encoded), text.toWellFormed());
    }),
  );
});

test("plain ASCII stays as it is, and a percent sign does not", () => {
  assert.equal(percentEncode("plain ~text!"), "plain ~text!");
  assert.equal(percentEncode("  a b: "), "%20%20a b:%20");
  assert.equal(percentEncode("  "), "%20%20");
  assert.equal(percentEncode("100 %\n\u00e9"), "100 %25%0A%C3%A9");
});

test("what is no percent-coding is kept", () => {
  assert.equal(percentDecode("100 % and %zz, %4"), "100 % and %zz, %4");
  assert.equal(percentDecode("%e4 caf\u00e9 %C3%A9"), "\ufffd caf\u00e9 \u00e9");
});
