import * as asn1 from "asn1js";
import { encodeEcdsaSignature } from "./encode-ecdsa-signature.ts";
import type { CertificateKey, OwnCertificate } from "./make-certificate.ts";

/** Of each kind of key: what WebCrypto generates and signs with, and the object identifier of the signature. */
const algorithms = {
  "P-256": { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256", signature: "1.2.840.10045.4.3.2" },
  "P-384": { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384", signature: "1.2.840.10045.4.3.3" },
  "P-521": { name: "ECDSA", namedCurve: "P-521", hash: "SHA-512", signature: "1.2.840.10045.4.3.4" },
  "RSA-2048": {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash: "SHA-256",
    signature: "1.2.840.113549.1.1.11",
  },
} as const;

const organization = "grafana-plugin-protocol";
const host = "localhost";

/** So much earlier it holds, for a clock that is set back a little. */
const earlierMs = 30_000;
const lifetimeMs = 262_980 * 3_600_000;

/** Version 3 of X.509, counted from zero. */
const v3 = 2;

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
const keyUsageBits = { valueHex: Uint8Array.of(0b1010_1100), unusedBits: 2 };

/** The class of tags whose meaning depends on where they stand. */
const contextSpecific = 3;

/** Where a GeneralName is a DNS name. */
const dnsName = { tagClass: contextSpecific, tagNumber: 2 };

/** Builds and signs the certificate of `makeCertificate`. Imported by it alone, when TLS is asked for. */
export async function buildCertificate(
  crypto: Crypto,
  now: Date,
  key: CertificateKey = "P-521",
): Promise<OwnCertificate> {
  const algorithm = algorithms[key];
  // The overloads of generateKey want one kind of key or the other, not the union.
  const pair = await crypto.subtle.generateKey(algorithm as EcKeyGenParams, true, ["sign", "verify"]);
  const { publicKey, privateKey } = pair;
  // The TBSCertificate of RFC 5280, section 4.1, field by field.
  const toBeSigned = sequence(
    tagged(0, new asn1.Integer({ value: v3 })),
    serialNumber(crypto),
    signatureAlgorithm(key),
    name(),
    sequence(time(now.getTime() - earlierMs), time(now.getTime() + lifetimeMs)),
    name(),
    asn1.fromBER(await crypto.subtle.exportKey("spki", publicKey)).result,
    tagged(3, extensions()),
  );
  const raw = await crypto.subtle.sign(algorithm, privateKey, toBeSigned.toBER());
  const signature = key === "RSA-2048" ? raw : encodeEcdsaSignature(raw);
  const certificate = sequence(
    toBeSigned,
    signatureAlgorithm(key),
    new asn1.BitString({ valueHex: signature }),
  );
  return {
    certificate: pem("CERTIFICATE", certificate.toBER()),
    key: pem("PRIVATE KEY", await crypto.subtle.exportKey("pkcs8", privateKey)),
  };
}

/** Of RSA with parameters that are null (RFC 4055, section 5), of ECDSA without any (RFC 5758, section 3.2). */
function signatureAlgorithm(key: CertificateKey): asn1.Sequence {
  const value = new asn1.ObjectIdentifier({ value: algorithms[key].signature });
  return key === "RSA-2048" ? sequence(value, new asn1.Null()) : sequence(value);
}

/** 16 random bytes as a positive number without a leading zero byte, which DER forbids. */
function serialNumber(crypto: Crypto): asn1.Integer {
  const valueHex = crypto.getRandomValues(new Uint8Array(16));
  valueHex[0] = ((valueHex[0] ?? 0) & 0b0111_1111) | 0b0100_0000;
  return new asn1.Integer({ valueHex });
}

function name(): asn1.Sequence {
  const attribute = (type: keyof typeof oid, value: string): asn1.Set =>
    new asn1.Set({ value: [sequence(id(type), new asn1.Utf8String({ value }))] });
  return sequence(attribute("organizationName", organization), attribute("commonName", host));
}

/** X.509 wants whole seconds, and two digits of the year before 2050 and four from then on. */
function time(ms: number): asn1.UTCTime {
  const valueDate = new Date(Math.floor(ms / 1000) * 1000);
  const Time = valueDate.getUTCFullYear() < 2050 ? asn1.UTCTime : asn1.GeneralizedTime;
  return new Time({ valueDate });
}

function extensions(): asn1.Sequence {
  // Only those that are critical say so: DER leaves a default out.
  const critical = new asn1.Boolean({ value: true });
  const content = (value: asn1.BaseBlock): asn1.OctetString =>
    new asn1.OctetString({ valueHex: value.toBER() });
  return sequence(
    sequence(id("keyUsage"), critical, content(new asn1.BitString(keyUsageBits))),
    sequence(id("extKeyUsage"), content(sequence(id("clientAuth"), id("serverAuth")))),
    sequence(id("basicConstraints"), critical, content(sequence(new asn1.Boolean({ value: true })))),
    sequence(
      id("subjectAltName"),
      content(sequence(new asn1.Primitive({ idBlock: dnsName, valueHex: Buffer.from(host) }))),
    ),
  );
}

function id(type: keyof typeof oid): asn1.ObjectIdentifier {
  return new asn1.ObjectIdentifier({ value: oid[type] });
}

function tagged(tagNumber: number, value: asn1.BaseBlock): asn1.Constructed {
  return new asn1.Constructed({ idBlock: { tagClass: contextSpecific, tagNumber }, value: [value] });
}

function sequence(...value: asn1.BaseBlock[]): asn1.Sequence {
  return new asn1.Sequence({ value });
}

function pem(label: string, der: ArrayBuffer): string {
  const lines = Buffer.from(der)
    .toString("base64")
    .replace(/.{1,64}/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`;
}
