import { PluginError } from "../../errors.ts";
import { hideSecrets } from "../hide-secrets.ts";
import type { OwnCertificate } from "./build-certificate.ts";
import type { MutualTls } from "./mutual-tls.ts";
import { readServerCertificate } from "./peer-certificate.ts";

/**
 * Decides in a host on TLS by the handshake line: with the certificate that the plugin printed, or none.
 *
 * @param own the certificate that the host passed to the plugin in `PLUGIN_CLIENT_CERT`; absent when TLS is off
 * @param serverCertificate field 6 of the handshake line
 * @throws PluginError `tls_unsupported` when only one side does TLS, `tls_failed` for an unusable certificate.
 */
export function resolveHostTls(
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
