import assert from "node:assert/strict";
import { createPrivateKey, webcrypto, X509Certificate } from "node:crypto";
import { suite, test } from "node:test";
import { makeCertificate } from "grafana-plugin-protocol/go-plugin";
import { Certificate } from "pkijs";
import { buildCertificate } from "../../../src/go-plugin/tls/build-certificate.ts";
import { rejectsWithPluginError } from "../../helpers/rejection.ts";

const made = await makeCertificate();
const certificate = new X509Certificate(made.certificate);

// The types of the library are those of a browser.
const crypto = webcrypto as unknown as Crypto;

suite("a certificate of our own", () => {
  test("a certificate of our own is self-signed for localhost", () => {
    assert.equal(certificate.subject, "O=grafana-plugin-protocol\nCN=localhost");
    assert.equal(certificate.issuer, certificate.subject);
    assert.equal(certificate.subjectAltName, "DNS:localhost");
    assert.ok(certificate.verify(certificate.publicKey));
  });

  test("a certificate of our own has a P-521 key and belongs to it", () => {
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, "secp521r1");
    assert.ok(certificate.checkPrivateKey(createPrivateKey(made.key)));
  });

  test("a certificate of our own is signed with SHA-512, by its object identifier", () => {
    const ecdsaWithSha512 = Buffer.from("06082a8648ce3d040304", "hex");

    assert.equal(certificate.raw.toString("latin1").split(ecdsaWithSha512.toString("latin1")).length, 3);
  });

  test("a certificate of our own may be used by both sides, and as its own authority", () => {
    assert.ok(certificate.ca);
    assert.deepEqual(certificate.keyUsage, ["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"]);
    const keyUsage = Buffer.from("0603551d0f0101ff0404030202ac", "hex");
    assert.ok(certificate.raw.includes(keyUsage), "the key usages are those of go-plugin, and critical");
  });

  test("a certificate of our own is of version 3 and has its extensions, as another library reads it", () => {
    const { version, extensions } = Certificate.fromBER(certificate.raw);

    assert.equal(version, 2, "versions are counted from zero");
    assert.deepEqual(
      extensions?.map(({ extnID, critical }) => [extnID, critical]),
      [
        ["2.5.29.15", true],
        ["2.5.29.37", false],
        ["2.5.29.19", true],
        ["2.5.29.17", false],
      ],
    );
  });

  test("a certificate of our own has a serial number of 16 bytes, which is another one each time", async () => {
    assert.match(certificate.serialNumber, /^[4-7][0-9A-F]{31}$/);
    assert.notEqual(
      new X509Certificate((await makeCertificate()).certificate).serialNumber,
      certificate.serialNumber,
    );
  });

  for (const [now, from, until] of [
    ["2026-03-04T05:06:07.890Z", "Mar  4 05:05:37 2026 GMT", "Mar  3 17:06:07 2056 GMT"],
    ["2019-12-31T23:59:59.999Z", "Dec 31 23:59:29 2019 GMT", "Dec 31 11:59:59 2049 GMT"],
    ["2050-01-01T00:00:30.000Z", "Jan  1 00:00:00 2050 GMT", "Jan  1 12:00:30 2080 GMT"],
  ] as const) {
    test(`a certificate of our own holds from 30 s before ${now} on, in whole seconds, as long as go-plugin's`, async () => {
      const { validFrom, validTo } = new X509Certificate(
        (await buildCertificate(crypto, new Date(now))).certificate,
      );

      assert.deepEqual([validFrom, validTo], [from, until]);
    });
  }

  for (const [now, year, from] of [
    ["2050-01-01T00:00:29.999Z", "two digits until 2049", "\x17\x0d491231235959Z"],
    ["2050-01-01T00:00:30.999Z", "four digits from 2050 on", "\x18\x0f20500101000000Z"],
  ] as const) {
    test(`a certificate of our own writes a year in ${year}`, async () => {
      const { raw } = new X509Certificate((await buildCertificate(crypto, new Date(now))).certificate);

      assert.ok(raw.includes(from, 0, "latin1"), `${JSON.stringify(from)} is the start of its validity`);
    });
  }

  for (const [key, curve, bits] of [
    ["P-256", "prime256v1", undefined],
    ["P-384", "secp384r1", undefined],
    ["P-521", "secp521r1", undefined],
    ["RSA-2048", undefined, 2048],
  ] as const) {
    test(`a certificate of our own may have a ${key} key, and is signed by it`, async () => {
      const { certificate: text, key: secret } = await makeCertificate(key);
      const other = new X509Certificate(text);

      const { namedCurve, modulusLength } = other.publicKey.asymmetricKeyDetails ?? {};
      assert.deepEqual([namedCurve, modulusLength], [curve, bits]);
      assert.ok(other.verify(other.publicKey));
      assert.ok(other.checkPrivateKey(createPrivateKey(secret)));
      // The library reads the two places that name the signature and compares them.
      const { signature, signatureAlgorithm } = Certificate.fromBER(other.raw);
      assert.ok(signature.isEqual(signatureAlgorithm));
    });
  }

  test("a certificate of our own is not made where the runtime has no P-521", async () => {
    const subtle = { generateKey: () => Promise.reject(new TypeError("Unsupported namedCurve")) };

    const error = await rejectsWithPluginError(
      makeCertificate("P-521", { ...crypto, subtle } as unknown as Crypto),
      "tls_unsupported",
    );

    assert.match(error.message, /P-521.*Unsupported namedCurve.*run on Node\.js, or set tls to "off"/);
  });
});
