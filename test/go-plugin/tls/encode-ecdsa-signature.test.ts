import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { suite, test } from "node:test";
import { encodeEcdsaSignature } from "../../../src/go-plugin/tls/encode-ecdsa-signature.ts";

suite("encodeEcdsaSignature", () => {
  for (const [name, r, s, der] of [
    [
      "keeps numbers that are minimal and positive",
      "01020304",
      "7f000000",
      "300c 0204 01020304 0204 7f000000",
    ],
    ["puts a zero byte before a high bit", "80000001", "ffffffff", "300e 0205 0080000001 0205 00ffffffff"],
    ["drops leading zero bytes", "00020304", "00000004", "3008 0203 020304 0201 04"],
    [
      "keeps the zero byte that stands before a high bit",
      "00800001",
      "000000ff",
      "300a 0204 00800001 0202 00ff",
    ],
    ["drops all zero bytes but that one", "00008001", "000000ff", "3009 0203 008001 0202 00ff"],
  ] as const) {
    test(`encodeEcdsaSignature ${name}`, () => {
      assert.equal(encoded(r + s).toString("hex"), der.replaceAll(" ", ""));
    });
  }

  test("encodeEcdsaSignature writes the length of a P-521 signature in two bytes", () => {
    const number = "01".padEnd(132, "f");

    assert.equal(encoded(number + number).toString("hex"), `308188${`0242${number}`.repeat(2)}`);
  });

  test("encodeEcdsaSignature gives what OpenSSL verifies as DER", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-521" });
    const data = Buffer.from("signed");
    const raw = sign("sha512", data, { key: privateKey, dsaEncoding: "ieee-p1363" });

    const der = encoded(raw.toString("hex"));

    assert.ok(verify("sha512", data, { key: createPublicKey(privateKey), dsaEncoding: "der" }, der));
  });
});

function encoded(raw: string): Buffer {
  return Buffer.from(encodeEcdsaSignature(Uint8Array.from(Buffer.from(raw, "hex")).buffer));
}
