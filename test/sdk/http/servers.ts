import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { makeCertificate } from "../../../src/go-plugin/tls/make-certificate.ts";
import { atEnd } from "../../helpers/at-end.ts";
import { listening } from "../../helpers/listening.ts";
import { type TestCertificate, testCertificate } from "../../helpers/test-certificate.ts";

/** What a server saw of a request. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server that answers each request with what it saw, as JSON. */
export async function echoServer(t: TestContext): Promise<string> {
  return listening(t, createServer(echo));
}

export const echo: RequestListener = async (request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(await seen(request)));
};

export async function seen(request: IncomingMessage): Promise<Seen> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const { method = "", url = "", headers } = request;
  return { method, url, headers, body: Buffer.concat(pieces).toString() };
}

export async function httpServer(t: TestContext, listener: RequestListener): Promise<string> {
  return listening(t, createServer(listener));
}

export async function httpsServer(
  t: TestContext,
  options: ServerOptions,
  listener: RequestListener = echo,
): Promise<string> {
  const server = createTlsServer(options, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

/** An authority, and a certificate for `localhost` that it has signed. */
export async function signedCertificate(
  dnsNames: readonly string[] = ["localhost"],
): Promise<{ readonly ca: string; readonly cert: string; readonly key: string }> {
  const authority: TestCertificate = await makeCertificate();
  const { certificate, key } = await testCertificate({ issuer: authority, dnsNames });
  return { ca: authority.certificate, cert: certificate, key };
}
