import type * as tls from "node:tls";
import { Code, ConnectError } from "@connectrpc/connect";
import type { DialTls, ListenTls } from "./socket-transport.ts";

/** Loaded when somebody asks for TLS: with `node:crypto` below it, it takes 15 to 20 ms. */
export function loadTls(): typeof tls {
  return process.getBuiltinModule("node:tls");
}

/** What Node needs to dial as go-plugin's host does. */
export function dialTlsOptions({ peerCertificate, certificate, key }: DialTls): tls.ConnectionOptions {
  return {
    ...trustOnly(peerCertificate),
    cert: certificate,
    key,
    servername: "localhost",
    ALPNProtocols: ["h2"],
    checkServerIdentity: (name, { raw }) => {
      const { X509Certificate } = process.getBuiltinModule("node:crypto");
      if (!isCertificate(raw, peerCertificate)) {
        return new Error(
          "the server's certificate is not the one that was announced, but one that it has signed",
        );
      }
      // Node would also take the name from the subject, which Go refuses.
      return new X509Certificate(raw).checkHost(name, { subject: "never" }) === undefined
        ? new Error(`the server's certificate has no subject alternative name "DNS:${name}"`)
        : undefined;
    },
  };
}

/** What Node needs to listen as go-plugin's plugin does. */
export function listenTlsOptions({
  certificate,
  key,
  peerCertificate,
}: ListenTls): tls.TlsOptions & tls.SecureContextOptions {
  const own = { cert: certificate, key, minVersion } as const;
  if (peerCertificate === undefined) return own;
  const secure = { ...own, ...trustOnly(peerCertificate) };
  // Node's server would not hand allowPartialTrustChain on; every client of go-plugin sends a name.
  const context = loadTls().createSecureContext(secure);
  return {
    ...secure,
    requestCert: true,
    rejectUnauthorized: true,
    SNICallback: (_name, useContext) => useContext(null, context),
  };
}

const minVersion = "TLSv1.2";

/**
 * Closes the connection of a client that shows another certificate than the one that is trusted. go-plugin's
 * certificates are authorities, so OpenSSL takes for trusted what one of them has signed.
 *
 * @returns whether the client may stay
 */
export function admitClient(socket: tls.TLSSocket, { peerCertificate }: ListenTls): boolean {
  if (peerCertificate === undefined) return true;
  const { raw } = socket.getPeerCertificate();
  if (isCertificate(raw, peerCertificate)) return true;
  socket.destroy();
  return false;
}

/** @param pem one certificate or several, as a host may send them */
function isCertificate(raw: Buffer | undefined, pem: string): boolean {
  const { X509Certificate } = process.getBuiltinModule("node:crypto");
  const blocks = pem
    .split(/(?=-----BEGIN CERTIFICATE-----)/)
    .filter((block) => block.startsWith("-----BEGIN"));
  return raw !== undefined && blocks.some((block) => new X509Certificate(block).raw.equals(raw));
}

/** Also a certificate that another one signed is trusted as it is, without that other one: so does Go. */
function trustOnly(certificate: string): tls.SecureContextOptions {
  return { ca: certificate, allowPartialTrustChain: true, minVersion };
}

/** What Node throws at once for a certificate or key that it cannot read, or that do not belong together. */
export function badTlsOptions(cause: unknown): ConnectError {
  const message = `bad certificate or key for TLS: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new ConnectError(message, Code.InvalidArgument, undefined, undefined, cause);
}

/**
 * Closes the socket on an error of TLS, such as the alert by which a server refuses the client's certificate. Node's
 * HTTP/2 stops using the socket then, but leaves it open and tells nobody.
 */
export function endByAlert(socket: tls.TLSSocket): void {
  socket.on("error", () => socket.destroy());
}

/** OpenSSL's own words, without the place in its source that Node's message has around them. */
export function tlsReason(error: unknown): string | undefined {
  return error instanceof Error && "reason" in error && typeof error.reason === "string"
    ? error.reason
    : undefined;
}
