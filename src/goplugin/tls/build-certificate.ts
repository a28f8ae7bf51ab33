import { BitString, Integer, ObjectIdentifier, Sequence, Set as SetOf, Utf8String } from "asn1js";
import {
  BasicConstraints,
  Certificate,
  CryptoEngine,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralNames,
  RelativeDistinguishedNames,
  Time,
} from "pkijs";
import type { OwnCertificate } from "./make-certificate.ts";

const organization = "grafana-plugin-protocol";
const host = "localhost";

/** So much earlier it holds, for a clock that is set back a little. */
const earlierMs = 30_000;
const lifetimeMs = 262_980 * 3_600_000;

const oid = {
  organizationName: "2.5.4.10",
  commonName: "2.5.4.3",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  extKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
} as const;

/** digitalSignature, keyEncipherment, keyAgreement and keyCertSign: bits 0, 2, 4 and 5, the last two of eight unused. */
const keyUsageBits = { valueHex: Uint8Array.of(0b1010_1100).buffer, unusedBits: 2 };

/** Where a GeneralName is a DNS name. */
const dnsName = 2;

/** Builds and signs the certificate of `makeCertificate`. Imported by it alone, when TLS is asked for. */
export async function buildCertificate(crypto: Crypto, now: Date): Promise<OwnCertificate> {
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-521" }, true, [
    "sign",
    "verify",
  ]);
  // An engine of our own: the library would keep a global one.
  const engine = new CryptoEngine({ name: "", crypto });
  const certificate = new Certificate({
    version: 2,
    serialNumber: new Integer({ valueHex: serialNumber(crypto).buffer }),
    issuer: name(),
    subject: name(),
    notBefore: time(now.getTime() - earlierMs),
    notAfter: time(now.getTime() + lifetimeMs),
    extensions: [
      extension(oid.keyUsage, true, new BitString(keyUsageBits)),
      extension(
        oid.extKeyUsage,
        false,
        new ExtKeyUsage({ keyPurposes: [oid.clientAuth, oid.serverAuth] }).toSchema(),
      ),
      extension(oid.basicConstraints, true, new BasicConstraints({ cA: true }).toSchema()),
      extension(
        oid.subjectAltName,
        false,
        new GeneralNames({ names: [new GeneralName({ type: dnsName, value: host })] }).toSchema(),
      ),
    ],
  });
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey, engine);
  await certificate.sign(keys.privateKey, "SHA-512", engine);
  return {
    certificate: pem("CERTIFICATE", certificate.toSchema(true).toBER(false)),
    key: pem("PRIVATE KEY", await crypto.subtle.exportKey("pkcs8", keys.privateKey)),
  };
}

/** 16 random bytes as a positive number without a leading zero byte, which DER forbids. */
function serialNumber(crypto: Crypto): Uint8Array<ArrayBuffer> {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0b0111_1111) | 0b0100_0000;
  return bytes;
}

/** Read from bytes, because the library would put both attributes into one set. */
function name(): RelativeDistinguishedNames {
  const attribute = (type: string, value: string): SetOf =>
    new SetOf({
      value: [new Sequence({ value: [new ObjectIdentifier({ value: type }), new Utf8String({ value })] })],
    });
  const names = new Sequence({
    value: [attribute(oid.organizationName, organization), attribute(oid.commonName, host)],
  });
  return RelativeDistinguishedNames.fromBER(names.toBER(false));
}

/** X.509 wants whole seconds, and two digits of the year before 2050 and four from then on. */
function time(ms: number): Time {
  const value = new Date(Math.floor(ms / 1000) * 1000);
  return new Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value });
}

function extension(
  extnID: string,
  critical: boolean,
  value: { toBER(sizeOnly: boolean): ArrayBuffer },
): Extension {
  return new Extension({ extnID, critical, extnValue: value.toBER(false) });
}

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
