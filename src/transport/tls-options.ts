import type * as tls from "node:tls";
import { Code, type ConnectError } from "@connectrpc/connect";
import { rpcError } from "../rpc-error.ts";
import type { DialTls, ListenTls } from "./socket-transport.ts";
import { textOfThrown } from "./thrown.ts";

/** Loaded at the first use of TLS: together with `node:crypto` it takes 15 to 20 ms. */
export function loadTls(): typeof tls {
  return process.getBuiltinModule("node:tls");
}

/** Node's options to dial as go-plugin's host does. */
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
      // Node would also accept the name in the subject, which Go refuses.
      return new X509Certificate(raw).checkHost(name, { subject: "never" }) === undefined
        ? new Error(`the server's certificate has no subject alternative name "DNS:${name}"`)
        : undefined;
    },
  };
}

/** Node's options to listen as go-plugin's plugin does. */
export function listenTlsOptions({
  certificate,
  key,
  peerCertificate,
}: ListenTls): tls.TlsOptions & tls.SecureContextOptions {
  const own = { cert: certificate, key, minVersion } as const;
  if (peerCertificate === undefined) return own;
  const secure = { ...own, ...trustOnly(peerCertificate) };
  // Node's server would not pass on allowPartialTrustChain; every client of go-plugin sends a server name.
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
 * Closes the connection of a client with a certificate other than the trusted one. go-plugin's certificates are
 * authorities, so OpenSSL also trusts certificates that one of them has signed.
 *
 * @returns whether the client is accepted
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

/** A certificate that was signed by another one is trusted as it is, without its issuer, as in Go. */
function trustOnly(certificate: string): tls.SecureContextOptions {
  return { ca: certificate, allowPartialTrustChain: true, minVersion };
}

/** The error for a certificate or key that Node cannot read, or that do not belong together. */
export function badTlsOptions(cause: unknown): ConnectError {
  const message = `bad certificate or key for TLS: ${textOfThrown(cause)}`;
  return rpcError(message, Code.InvalidArgument, { cause });
}

/**
 * Closes the socket on a TLS error, such as the alert of a server that refuses the client's certificate. Node's HTTP/2
 * then stops using the socket, but leaves it open and reports nothing.
 */
export function endByAlert(socket: tls.TLSSocket): void {
  socket.on("error", () => socket.destroy());
}

/** OpenSSL's reason, without the source location in Node's message. */
export function tlsReason(error: unknown): string | undefined {
  return error instanceof Error && "reason" in error && typeof error.reason === "string"
    ? error.reason
    : undefined;
}
