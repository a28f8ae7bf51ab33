import { PluginError } from "../../errors.ts";
import { hideSecrets } from "../hide-secrets.ts";
import { buildCertificate } from "./build-certificate.ts";

/** A certificate of this process's own and its key, both in PEM. `console.log` does not show the key. */
export interface OwnCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** The key of a certificate: an elliptic curve, or RSA. */
export type CertificateKey = "P-256" | "P-384" | "P-521" | "RSA-2048";

/**
 * Makes the certificate by which one side of go-plugin's AutoMTLS knows the other: self-signed, for
 * `localhost`, valid for 30 years, as go-plugin's own. (The key never leaves the process, so an earlier end would
 * protect nothing and would break the connections of a plugin that runs long.)
 *
 * @param key default P-521, as go-plugin; not every TLS library can read that one
 * @throws PluginError `tls_unsupported` where the runtime has no such key.
 */
export async function makeCertificate(
  key: CertificateKey = "P-521",
  crypto: Crypto = globalThis.crypto,
): Promise<OwnCertificate> {
  try {
    return hideSecrets(await buildCertificate(crypto, new Date(), key), ["key"]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PluginError(
      "tls_unsupported",
      `this runtime cannot make the ${key} certificate that TLS needs (${reason}): run on Node.js, or set tls to "off"`,
      { cause },
    );
  }
}
