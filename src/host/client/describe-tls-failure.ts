/**
 * The error text for a connection on which the TLS handshake failed.
 *
 * @param versions of the runtime: Electron and older Bun come with a BoringSSL that refuses P-521 (Bun 1.4.5 takes it)
 */
export function describeTlsFailure(
  reason: string,
  versions: Readonly<Record<string, string | undefined>> = process.versions,
): string {
  const runtime = (["electron", "bun"] as const).find((name) => versions[name] !== undefined);
  const next =
    runtime === undefined
      ? "the plugin must serve with the certificate of its handshake line and trust the one of PLUGIN_CLIENT_CERT"
      : `the TLS of ${runtime} ${versions[runtime]} may refuse the P-521 certificates of go-plugin: run the host on Node.js`;
  return `the plugin was reached, but ${reason}: ${next}, or set tls to "off"`;
}
