import * as der from "./der.ts";
import { encodeEcdsaSignature } from "./encode-ecdsa-signature.ts";

/** A certificate of this process and its key, both in PEM. `console.log` does not show the key. */
export interface OwnCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** The key of a certificate: an elliptic curve, or RSA. */
export type CertificateKey = "P-256" | "P-384" | "P-521" | "RSA-2048";

/** For each kind of key: WebCrypto's parameters to generate and sign, and the object identifier of the signature. */
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

/** How far `notBefore` lies in the past, to tolerate clock skew. */
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
const keyUsage = { bytes: Uint8Array.of(0b1010_1100), unusedBits: 2 };

/** Tag of a GeneralName that is a DNS name. */
const dnsName = 2;

/** Builds and signs the certificate of `makeCertificate`. */
export async function buildCertificate(
  crypto: Crypto,
  now: Date,
  key: CertificateKey = "P-521",
): Promise<OwnCertificate> {
  const algorithm = algorithms[key];
  // The overloads of generateKey accept one kind of key or the other, not the union.
  const pair = await crypto.subtle.generateKey(algorithm as EcKeyGenParams, true, ["sign", "verify"]);
  const { publicKey, privateKey } = pair;
  // The TBSCertificate of RFC 5280, section 4.1, field by field.
  const toBeSigned = der.sequence(
    der.tagged(0, der.integer(Uint8Array.of(v3))),
    serialNumber(crypto),
    signatureAlgorithm(key),
    name(),
    der.sequence(der.time(now.getTime() - earlierMs), der.time(now.getTime() + lifetimeMs)),
    name(),
    new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)),
    der.tagged(3, extensions()),
  );
  const raw = await crypto.subtle.sign(algorithm, privateKey, toBeSigned);
  const signature = key === "RSA-2048" ? new Uint8Array(raw) : encodeEcdsaSignature(raw);
  const certificate = der.sequence(toBeSigned, signatureAlgorithm(key), der.bitString(signature));
  return {
    certificate: pem("CERTIFICATE", certificate),
    key: pem("PRIVATE KEY", new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey))),
  };
}

/** For RSA the parameters are null (RFC 4055, section 5), for ECDSA absent (RFC 5758, section 3.2). */
function signatureAlgorithm(key: CertificateKey): der.Der {
  const value = der.objectIdentifier(algorithms[key].signature);
  return key === "RSA-2048" ? der.sequence(value, der.nothing()) : der.sequence(value);
}

/** 16 random bytes as a positive number without a leading zero byte, which DER forbids. */
function serialNumber(crypto: Crypto): der.Der {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0b0111_1111) | 0b0100_0000;
  return der.integer(bytes);
}

function name(): der.Der {
  const attribute = (type: keyof typeof oid, value: string): der.Der =>
    der.set(der.sequence(id(type), der.utf8String(value)));
  return der.sequence(attribute("organizationName", organization), attribute("commonName", host));
}

function extensions(): der.Der {
  // Only critical extensions have the flag: DER omits default values.
  const critical = der.boolean(true);
  return der.sequence(
    der.sequence(
      id("keyUsage"),
      critical,
      der.octetString(der.bitString(keyUsage.bytes, keyUsage.unusedBits)),
    ),
    der.sequence(id("extKeyUsage"), der.octetString(der.sequence(id("clientAuth"), id("serverAuth")))),
    der.sequence(id("basicConstraints"), critical, der.octetString(der.sequence(der.boolean(true)))),
    der.sequence(
      id("subjectAltName"),
      der.octetString(der.sequence(der.taggedBytes(dnsName, Buffer.from(host)))),
    ),
  );
}

function id(type: keyof typeof oid): der.Der {
  return der.objectIdentifier(oid[type]);
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes)
    .toString("base64")
    .replace(/.{1,64}/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`;
}
