import { webcrypto } from "node:crypto";
import { Integer, ObjectIdentifier, Sequence, Set as SetOf, Utf8String } from "asn1js";
import {
  Certificate,
  CryptoEngine,
  Extension,
  GeneralName,
  GeneralNames,
  RelativeDistinguishedNames,
  Time,
} from "pkijs";

/** A certificate with its key, in PEM, that another program might have made: by a library that src/ does without. */
export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

const algorithms = {
  "P-256": { name: "ECDSA", namedCurve: "P-256" },
  "P-384": { name: "ECDSA", namedCurve: "P-384" },
  "P-521": { name: "ECDSA", namedCurve: "P-521" },
  "RSA-2048": {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash: "SHA-256",
  },
} as const;

export type TestKey = keyof typeof algorithms;

const day = 86_400_000;
// The types of the library are those of a browser.
const crypto = webcrypto as unknown as Crypto;
const engine = new CryptoEngine({ name: "", crypto });

/** Makes one with no extension but the names: no key usages, no CA. Default P-256, valid today, for `localhost`. */
export async function testCertificate(
  options: {
    readonly key?: TestKey;
    readonly dnsNames?: readonly string[];
    readonly fromDay?: number;
    readonly untilDay?: number;
    /** Signed by a key that is thrown away, of an issuer that nobody knows, in place of its own. */
    readonly isIssued?: boolean;
    /** Signed by this one, a certificate of `makeCertificate`. */
    readonly issuer?: TestCertificate;
  } = {},
): Promise<TestCertificate> {
  const {
    key = "P-256",
    dnsNames = ["localhost"],
    fromDay = -1,
    untilDay = 1,
    isIssued = false,
    issuer,
  } = options;
  const keys = await generate(key);
  const certificate = new Certificate({
    version: 2,
    serialNumber: new Integer({ value: 1 }),
    issuer: issuer
      ? Certificate.fromBER(derOf(issuer.certificate)).subject
      : commonName(isIssued ? "issuer" : "localhost"),
    subject: commonName("localhost"),
    notBefore: new Time({ value: new Date(Date.now() + fromDay * day) }),
    notAfter: new Time({ value: new Date(Date.now() + untilDay * day) }),
    extensions: dnsNames.length === 0 ? [] : [subjectAltName(dnsNames)],
  });
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey, engine);
  const signer = issuer ? await importKey(issuer.key) : (isIssued ? await generate(key) : keys).privateKey;
  await certificate.sign(signer, "SHA-256", engine);
  return {
    certificate: pem("CERTIFICATE", certificate.toSchema(true).toBER(false)),
    key: pem("PRIVATE KEY", await crypto.subtle.exportKey("pkcs8", keys.privateKey)),
  };
}

/** Base64 of the DER without padding, as it stands in a handshake line. */
export function fieldOf({ certificate }: TestCertificate): string {
  return certificate
    .split("\n")
    .filter((line) => !line.startsWith("-"))
    .join("")
    .replace(/=+$/, "");
}

function derOf(text: string): Buffer<ArrayBuffer> {
  return Buffer.from(text.replace(/-----[A-Z ]+-----/g, ""), "base64");
}

function importKey(key: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", Uint8Array.from(derOf(key)), algorithms["P-521"], true, ["sign"]);
}

async function generate(key: TestKey): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(algorithms[key], true, ["sign", "verify"])) as CryptoKeyPair;
}

function commonName(value: string): RelativeDistinguishedNames {
  const attribute = new Sequence({
    value: [new ObjectIdentifier({ value: "2.5.4.3" }), new Utf8String({ value })],
  });
  return RelativeDistinguishedNames.fromBER(
    new Sequence({ value: [new SetOf({ value: [attribute] })] }).toBER(false),
  );
}

function subjectAltName(dnsNames: readonly string[]): Extension {
  const names = dnsNames.map((value) => new GeneralName({ type: 2, value }));
  return new Extension({
    extnID: "2.5.29.17",
    extnValue: new GeneralNames({ names }).toSchema().toBER(false),
  });
}

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
