import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  formatServerCertificate,
  makeCertificate,
  readClientCertificate,
  readServerCertificate,
} from "grafana-plugin-protocol/go-plugin";
import { PluginError } from "../../../src/errors.ts";
import { fieldOf, type TestKey, testCertificate } from "../../helpers/test-certificate.ts";

const good = await testCertificate();
const field = fieldOf(good);

/** What the function throws, which must be about TLS. */
function failureOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof PluginError);
    assert.equal(error.code, "tls_failed");
    return error.message;
  }
  return assert.fail("expected an error");
}

suite("field 6 of the handshake line", () => {
  test("field 6 of the handshake line is base64 of the certificate without padding", async () => {
    for (let tries = 0; tries < 3; tries++) {
      const own = await makeCertificate();
      const formatted = formatServerCertificate(own.certificate);

      assert.match(formatted, /^[A-Za-z0-9+/]{700,900}$/);
      assert.equal(readServerCertificate(formatted), own.certificate);
    }
    assert.equal(formatServerCertificate(good.certificate), field);
  });

  test("field 6 of the handshake line is read with padding, too", () => {
    const padded = field.padEnd(Math.ceil(field.length / 4) * 4, "=");

    assert.equal(readServerCertificate(padded), good.certificate);
  });

  for (const [what, text] of Object.entries({
    "no base64": `${field.slice(0, -1)}%`,
    "base64 for addresses": `-_${field}`,
    "no certificate": "A".repeat(60),
    "cut off": field.slice(0, -40),
    "a certificate and more": Buffer.concat([Buffer.from(field, "base64"), Buffer.alloc(3)]).toString(
      "base64",
    ),
    "two certificates": Buffer.from(field + field, "base64").toString("base64"),
    "a PEM": good.certificate,
  })) {
    test(`field 6 of the handshake line is refused when it is ${what}`, () => {
      assert.match(
        failureOf(() => readServerCertificate(text)),
        /^expected base64 of one DER certificate as the plugin's certificate \(field 6 of its handshake line\), got ".{1,62}"$/s,
      );
    });
  }
});

suite("PLUGIN_CLIENT_CERT", () => {
  test("PLUGIN_CLIENT_CERT may be several certificates, and what is none between them is left out", async () => {
    const other = await testCertificate({ dnsNames: [], key: "RSA-2048" });

    assert.equal(
      readClientCertificate(pemOf("AAAA") + good.certificate + good.key + other.certificate),
      good.certificate + other.certificate,
    );
    assert.equal(
      readClientCertificate(other.certificate + good.certificate),
      good.certificate + other.certificate,
      "the host's comes first",
    );
  });

  test("PLUGIN_CLIENT_CERT is one certificate in PEM, whatever stands around it", () => {
    assert.equal(readClientCertificate(good.certificate), good.certificate);
    assert.equal(
      readClientCertificate(`# host\r\n${good.certificate.replaceAll("\n", "\r\n")}\r\n`),
      good.certificate,
    );
  });

  for (const [what, text, seen] of [
    ["empty", "", /got 0 characters$/],
    ["cut off", good.certificate.slice(0, 200), /got a broken "-----BEGIN CERTIFICATE-----"$/],
    [
      "base64 without a certificate in it",
      pemOf("A".repeat(64)),
      /got a broken "-----BEGIN CERTIFICATE-----"$/,
    ],
    ["a key", good.key, /got a broken "-----BEGIN PRIVATE KEY-----"$/],
  ] as const) {
    test(`PLUGIN_CLIENT_CERT is refused when it is ${what}`, () => {
      const message = failureOf(() => readClientCertificate(text));

      assert.match(
        message,
        /^expected a certificate in PEM as the host's certificate \(PLUGIN_CLIENT_CERT\)/,
      );
      assert.match(message, seen);
    });
  }

  test("PLUGIN_CLIENT_CERT that is a key by mistake does not get into the error", () => {
    const bare = good.key.replaceAll(/-----.*-----|\n/g, "");

    for (const key of [good.key, bare, good.key.replaceAll("\n", "")]) {
      assert.doesNotMatch(
        failureOf(() => readClientCertificate(key)),
        /[A-Za-z0-9+/]{20}/,
      );
    }
  });
});

function pemOf(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

suite("a certificate of the other side", () => {
  for (const key of ["P-256", "P-384", "P-521", "RSA-2048"] satisfies TestKey[]) {
    test(`a certificate of the other side may have a ${key} key`, async () => {
      const other = await testCertificate({ key });

      assert.equal(readServerCertificate(fieldOf(other)), other.certificate);
    });
  }

  test("a certificate of the other side may be signed by another one", async () => {
    const other = await testCertificate({ isIssued: true });

    assert.equal(readClientCertificate(other.certificate), other.certificate);
  });

  test("a certificate of the other side may have more names than localhost", async () => {
    const other = await testCertificate({ dnsNames: ["plugin.example", "localhost"] });

    assert.equal(readClientCertificate(other.certificate), other.certificate);
  });

  for (const [what, options, words] of [
    [
      "that has expired",
      { fromDay: -3, untilDay: -1 },
      /was valid until .* GMT, and it is \d{4}-.*made at each start/,
    ],
    [
      "that is of the future",
      { fromDay: 1, untilDay: 3 },
      /is valid from .* GMT on, and it is \d{4}-.*check the clock/,
    ],
    ["with localhost only as its subject", { dnsNames: [] }, /is for "no name", not for "DNS:localhost"/],
    [
      "for another name",
      { dnsNames: ["plugin.example"] },
      /is for "DNS:plugin.example", not for "DNS:localhost"/,
    ],
  ] as const) {
    test(`a certificate of the other side ${what} is refused, whichever side it is of`, async () => {
      const other = await testCertificate(options);

      for (const [message, whose] of [
        [failureOf(() => readServerCertificate(fieldOf(other))), /^the plugin's certificate \(field 6/],
        [
          failureOf(() => readClientCertificate(other.certificate)),
          /^the host's certificate \(PLUGIN_CLIENT_CERT/,
        ],
      ] as const) {
        assert.match(message, whose);
        assert.match(message, words);
      }
    });
  }
});
