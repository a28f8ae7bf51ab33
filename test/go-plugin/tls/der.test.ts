/** Read back by a library that others wrote. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as asn1 from "asn1js";
import * as der from "../../../src/go-plugin/tls/der.ts";

function read<T extends asn1.AsnType>(bytes: der.Der): T {
  const { offset, result } = asn1.fromBER(bytes);
  assert.equal(offset, bytes.length, "all of it is one value");
  return result as T;
}

suite("DER", () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
    test(`DER has ${length} bytes in a value, and writes their number as short as it can`, () => {
      const bytes = der.octetString(new Uint8Array(length).fill(7));

      assert.equal(read<asn1.OctetString>(bytes).valueBlock.valueHexView.length, length);
      assert.deepEqual(new Uint8Array(read<asn1.OctetString>(bytes).toBER()), bytes);
    });
  }

  for (const text of ["1.2.840.113549.1.1.11", "2.5.29.17", "1.3.6.1.5.5.7.3.1", "2.16.840.1.101.3.4.2.1"]) {
    test(`DER names the object ${text}`, () => {
      assert.equal(read<asn1.ObjectIdentifier>(der.objectIdentifier(text)).valueBlock.toString(), text);
    });
  }

  for (const [hex, value] of [
    ["", 0n],
    ["0000", 0n],
    ["7f", 127n],
    ["80", 128n],
    ["0000ff01", 0xff01n],
    ["ffffffffffffffffff", 2n ** 72n - 1n],
  ] as const) {
    test(`DER has the number ${value} of the bytes ${hex || "none"}`, () => {
      assert.equal(read<asn1.Integer>(der.integer(Buffer.from(hex, "hex"))).toBigInt(), value);
    });
  }

  for (const [text, type] of [
    ["2026-11-30T01:02:03Z", asn1.UTCTime],
    ["2049-12-31T23:59:59Z", asn1.UTCTime],
    ["2050-01-01T00:00:00Z", asn1.GeneralizedTime],
    ["2056-07-08T09:10:11Z", asn1.GeneralizedTime],
  ] as const) {
    test(`DER has the time ${text}, in whole seconds, as ${type.NAME}`, () => {
      const found = read<asn1.UTCTime>(der.time(Date.parse(text) + 999));

      assert.ok(found instanceof type);
      assert.equal(found.toDate().getTime(), Date.parse(text));
    });
  }
});
