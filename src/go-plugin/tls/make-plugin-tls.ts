import { hideSecrets } from "../hide-secrets.ts";
import { makeCertificate } from "./make-certificate.ts";
import type { MutualTls } from "./mutual-tls.ts";
import { certificateKey, readClientCertificate } from "./peer-certificate.ts";

/**
 * Makes a plugin's answer to a host that asks for TLS: a new certificate with the same kind of key as the host's. The
 * TLS of some hosts supports P-256 but not go-plugin's P-521, such as gRPC for Python, C++ and Ruby.
 *
 * @param clientCertificate `PLUGIN_CLIENT_CERT`
 * @throws PluginError `tls_failed` for an unusable certificate, `tls_unsupported` if the runtime does not support that
 *   kind of key.
 */
export async function makePluginTls(clientCertificate: string): Promise<MutualTls> {
  const peerCertificate = readClientCertificate(clientCertificate);
  const own = await makeCertificate(certificateKey(peerCertificate));
  return hideSecrets({ ...own, peerCertificate }, ["key"]);
}
