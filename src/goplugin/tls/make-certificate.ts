import { PluginError } from "../../errors.ts";

/** A certificate of this process's own and its key, both in PEM. */
export interface OwnCertificate {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Makes the certificate by which one side of go-plugin's AutoMTLS knows the other: self-signed, ECDSA on P-521, for
 * `localhost`, valid for 30 years, as go-plugin's own. (The key never leaves the process, so an earlier end would
 * protect nothing and would break the connections of a plugin that runs long.)
 *
 * Loads the ASN.1 library on the first call.
 *
 * @throws PluginError `tls_unsupported` where the runtime has no P-521.
 */
export async function makeCertificate(crypto: Crypto = globalThis.crypto): Promise<OwnCertificate> {
  const { buildCertificate } = await import("./build-certificate.ts");
  try {
    return await buildCertificate(crypto, new Date());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PluginError(
      "tls_unsupported",
      `this runtime cannot make the P-521 certificate that TLS needs (${reason}): run on Node.js, or set tls to "off"`,
      { cause },
    );
  }
}
