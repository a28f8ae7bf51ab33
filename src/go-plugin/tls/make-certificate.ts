import { messageOf, PluginError } from "../../errors.ts";
import { hideSecrets } from "../hide-secrets.ts";
import { buildCertificate, type CertificateKey, type OwnCertificate } from "./build-certificate.ts";

/**
 * Makes the certificate by which one side of go-plugin's AutoMTLS authenticates to the other: self-signed, for
 * `localhost`, valid for 30 years, as go-plugin's own. (The key never leaves the process, so a shorter validity would
 * protect nothing and would break the connections of a long-running plugin.)
 *
 * @param key default P-521, as go-plugin; not every TLS library supports it
 * @throws PluginError `tls_unsupported` if the runtime does not support that kind of key.
 */
export async function makeCertificate(
  key: CertificateKey = "P-521",
  crypto: Crypto = globalThis.crypto,
): Promise<OwnCertificate> {
  try {
    return hideSecrets(await buildCertificate(crypto, new Date(), key), ["key"]);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new PluginError(
      "tls_unsupported",
      `this runtime cannot make the ${key} certificate that TLS needs (${reason}): run on Node.js, or set tls to "off"`,
      { cause },
    );
  }
}
