import { PluginError } from "../../errors.ts";
import { hideSecrets } from "../hide-secrets.ts";
import { makeCertificate, type OwnCertificate } from "./make-certificate.ts";
import { certificateKey, readClientCertificate, readServerCertificate } from "./peer-certificate.ts";

/**
 * The TLS material of one side for mutual TLS, for dialling and listening: its own certificate and key, and the
 * certificate of the other side that it trusts; a host may have sent several, concatenated. All in PEM.
 */
export interface MutualTls extends OwnCertificate {
  readonly peerCertificate: string;
}

/**
 * Decides in a host on TLS by the handshake line: with the certificate that the plugin printed, or none.
 *
 * @param own the certificate that the host passed to the plugin in `PLUGIN_CLIENT_CERT`; absent when TLS is off
 * @param serverCertificate field 6 of the handshake line
 * @throws PluginError `tls_unsupported` when only one side does TLS, `tls_failed` for an unusable certificate.
 */
export function agreeOnTls(
  own: OwnCertificate | undefined,
  serverCertificate: string | undefined,
): MutualTls | undefined {
  if (own === undefined) {
    if (serverCertificate === undefined) return undefined;
    throw new PluginError(
      "tls_unsupported",
      "the plugin's handshake line has a certificate, but this host did not ask for TLS: " +
        'set tls to "auto", or remove PLUGIN_CLIENT_CERT from the plugin\'s environment',
    );
  }
  if (serverCertificate === undefined) {
    throw new PluginError(
      "tls_unsupported",
      "this host asked for TLS (PLUGIN_CLIENT_CERT), but the plugin's handshake line has no certificate: " +
        'set tls to "off", or build the plugin with a go-plugin library that does AutoMTLS',
    );
  }
  return hideSecrets({ ...own, peerCertificate: readServerCertificate(serverCertificate) }, ["key"]);
}

/**
 * Makes a plugin's answer to a host that asks for TLS: a new certificate with the same kind of key as the host's. The
 * TLS of some hosts supports P-256 but not go-plugin's P-521, such as gRPC for Python, C++ and Ruby.
 *
 * @param clientCertificate `PLUGIN_CLIENT_CERT`
 * @throws PluginError `tls_failed` for an unusable certificate, `tls_unsupported` if the runtime does not support that
 *   kind of key.
 */
export async function answerTls(clientCertificate: string): Promise<MutualTls> {
  const peerCertificate = readClientCertificate(clientCertificate);
  const own = await makeCertificate(certificateKey(peerCertificate));
  return hideSecrets({ ...own, peerCertificate }, ["key"]);
}
