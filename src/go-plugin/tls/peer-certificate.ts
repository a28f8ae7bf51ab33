import type { X509Certificate } from "node:crypto";
import { PluginError } from "../../errors.ts";
import { quoteText } from "../../option-checks.ts";
import type { CertificateKey } from "./build-certificate.ts";

/** Loaded at the first certificate: `node:crypto` would add 10 ms to a start without TLS. */
function readCertificate(certificate: string | Buffer): X509Certificate {
  const { X509Certificate } = process.getBuiltinModule("node:crypto");
  return new X509Certificate(certificate);
}

/** Characters of a value that an error text quotes: enough to recognise it. */
const maxQuotedChars = 60;

/** The host name that each side verifies in the other's certificate. */
const host = "localhost";

/**
 * Parses field 6 of a handshake line and returns the plugin's certificate in PEM. go-plugin writes base64 without
 * padding; padding is also accepted.
 *
 * @throws PluginError `tls_failed` if it is not a certificate, is not valid now, or is not for `localhost`.
 */
export function readServerCertificate(field: string, now: Date = new Date()): string {
  const whose = "the plugin's certificate (field 6 of its handshake line)";
  const der = /^[A-Za-z0-9+/]+={0,2}$/.test(field) ? Buffer.from(field, "base64") : undefined;
  const certificate = der && parse(der);
  if (certificate === undefined || !certificate.raw.equals(der ?? Buffer.alloc(0))) {
    throw failure(
      `expected base64 of one DER certificate as ${whose}, got ${quoteText(field, maxQuotedChars)}`,
    );
  }
  return check(certificate, whose, now);
}

/** Formats a certificate (PEM) as field 6 of a handshake line: base64 of its DER without padding. */
export function formatServerCertificate(pem: string): string {
  return readCertificate(pem).raw.toString("base64").replace(/=+$/, "");
}

/**
 * Parses `PLUGIN_CLIENT_CERT` and returns the host's certificate in PEM. A host may send several, such as a chain: as
 * in Go all are trusted, and invalid ones are left out. The host's own is the first usable one, and comes first in the
 * result.
 *
 * @throws PluginError `tls_failed` if there is none, or none that is valid now and for `localhost` (brokered
 *   connections verify that name of the host).
 */
export function readClientCertificate(pem: string, now: Date = new Date()): string {
  const whose = "the host's certificate (PLUGIN_CLIENT_CERT)";
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const all = blocks.map(parse).filter((certificate) => certificate !== undefined);
  const [first] = all;
  if (first === undefined) {
    throw failure(`expected a certificate in PEM as ${whose}, got ${describePem(pem)}`);
  }
  const hosts = all.find((certificate) => fault(certificate, whose, now) === undefined) ?? first;
  return [check(hosts, whose, now), ...all.filter((other) => other !== hosts).map(String)].join("");
}

/** The kind of key that a certificate (PEM) has. P-256, which every library supports, for any other kind. */
export function certificateKey(pem: string): CertificateKey {
  const { asymmetricKeyType, asymmetricKeyDetails } = readCertificate(pem).publicKey;
  if (asymmetricKeyType === "rsa") return "RSA-2048";
  switch (asymmetricKeyDetails?.namedCurve) {
    case "secp384r1":
      return "P-384";
    case "secp521r1":
      return "P-521";
    default:
      return "P-256";
  }
}

/** Quotes at most the label, because the text may be a key by mistake. */
function describePem(text: string): string {
  const label = /-----BEGIN [A-Z0-9 ]+-----/.exec(text)?.[0];
  return label === undefined ? `${text.length} characters` : `a broken "${label}"`;
}

function parse(certificate: string | Buffer): X509Certificate | undefined {
  try {
    return readCertificate(certificate);
  } catch {
    return undefined;
  }
}

function check(certificate: X509Certificate, whose: string, now: Date): string {
  const message = fault(certificate, whose, now);
  if (message !== undefined) throw failure(message);
  return certificate.toString();
}

/** Says why a certificate cannot be that of a peer; `undefined` if it can. */
function fault(certificate: X509Certificate, whose: string, now: Date): string | undefined {
  const { validFrom, validTo } = certificate;
  if (now < new Date(validFrom)) {
    return `${whose} is valid from ${validFrom} on, and it is ${now.toISOString()}: check the clock`;
  }
  if (now > new Date(validTo)) {
    return `${whose} was valid until ${validTo}, and it is ${now.toISOString()}: let it be made at each start`;
  }
  // Go refuses a certificate that has the host name only in its subject.
  if (certificate.checkHost(host, { subject: "never" }) !== undefined) return undefined;
  return (
    `${whose} is for ${quoteText(certificate.subjectAltName ?? "no name", maxQuotedChars)}, not for "DNS:${host}": ` +
    "add this subject alternative name where it is made"
  );
}

function failure(message: string): PluginError {
  return new PluginError("tls_failed", message);
}
