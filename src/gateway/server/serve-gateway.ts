import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { messageOf, PluginError } from "../../errors.ts";
import { graceOption } from "../../host/grace-option.ts";
import { createGatewayParts, type Gateway } from "../create-gateway.ts";
import { NodeCall } from "./node-call.ts";
import { createOpenResponses } from "./open-responses.ts";
import { sendAnswer } from "./send-answer.ts";
import {
  type GatewayServerOptions,
  isLoopback,
  type ResolvedServerOptions,
  resolveServerOptions,
} from "./server-options.ts";

/** A gateway with its HTTP server. */
export interface GatewayServer extends AsyncDisposable {
  readonly gateway: Gateway;
  /** Where it is reached, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly port: number;
  /**
   * Stops listening, waits up to `graceMs` (default 10000) for requests in flight, cancels the others, ends the
   * connections and the plugins. Resolves when nothing is left; safe to call twice.
   */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
}

/**
 * Starts plugins and serves them over HTTP, on the loopback address unless told otherwise. Requests whose `Host` is not
 * a name of this server, and pages of other origins, are refused: a page in a browser must not reach it by a name that
 * leads to this machine.
 *
 * @throws PluginError `invalid_option`, also for another address than loopback without a token; `listen_failed`. Then no
 *   process is left.
 */
export async function serveGateway(options: GatewayServerOptions): Promise<GatewayServer> {
  const settings = resolveServerOptions(options);
  const { gateway, handle } = await createGatewayParts({
    ...options,
    allowedHosts: hostsOf(options, settings),
  });
  const responses = createOpenResponses(settings.stallMs);
  const answer = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void => {
    responses.add(response);
    handle(new NodeCall(request, response, expectsContinue))
      .then((given) => sendAnswer(response, given, settings.stallMs))
      // The connection is broken, or an answer cannot be written; this client alone is affected.
      .catch(() => response.destroy());
  };
  let server: Server;
  try {
    server = createHttpServer(settings, (request, response) => answer(request, response, false));
    // A body that is refused by its length is not even sent then.
    server.on("checkContinue", (request, response) => answer(request, response, true));
    server.on("upgrade", gateway.live.upgrade);
    await listen(server, settings);
  } catch (error) {
    responses.stop();
    await gateway.close({ graceMs: 0 });
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  const shutDown = async (graceMs: number): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    server.closeIdleConnections();
    const end = performance.now() + graceMs;
    await gateway.close({ graceMs });
    // Answers are complete now, and a client may still be reading them.
    await responses.settled(Math.max(0, end - performance.now()));
    responses.stop();
    server.closeAllConnections();
    await closed;
  };
  const close = async (closeOptions: { readonly graceMs?: number | undefined } = {}): Promise<void> => {
    closing ??= shutDown(graceOption(closeOptions, 10_000));
    await closing;
  };
  const name = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  return {
    gateway,
    url: `${settings.tls === undefined ? "http" : "https"}://${name}:${port}`,
    port,
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

/**
 * The host names that requests may have: on the loopback address those of the loopback and `allowedHosts`. The names of
 * any other address are unknown here, so without `allowedHosts` every name is accepted (`undefined`).
 */
function hostsOf(
  { allowedHosts }: GatewayServerOptions,
  { host }: ResolvedServerOptions,
): readonly string[] | undefined {
  if (!isLoopback(host)) return allowedHosts;
  return ["localhost", "127.0.0.1", "[::1]", ...(allowedHosts ?? [])];
}

function createHttpServer(settings: ResolvedServerOptions, listener: RequestListener): Server {
  const { tls, headersTimeoutMs, requestTimeoutMs, keepAliveMs, maxConnections, maxHeaderBytes } = settings;
  const options = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    maxHeaderSize: maxHeaderBytes,
    connectionsCheckingInterval: Math.min(headersTimeoutMs, 5000),
    insecureHTTPParser: false,
    // Clients that offer HTTP/2 go on with HTTP/1.1.
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === "websocket",
    requireHostHeader: true,
    noDelay: true,
  };
  const server =
    tls === undefined ? createServer(options, listener) : createTls({ ...options, ...tls }, listener);
  server.maxConnections = maxConnections;
  server.maxHeadersCount = 200;
  return server;
}

/** @throws PluginError `invalid_option` for a key or a certificate that cannot be read; the text has nothing of them. */
function createTls(options: Parameters<typeof createTlsServer>[0], listener: RequestListener): Server {
  try {
    return createTlsServer(options, listener);
  } catch (cause) {
    throw new PluginError(
      "invalid_option",
      `tls must have a key and a certificate in PEM that belong together: ${messageOf(cause)}`,
    );
  }
}

async function listen(server: Server, { host, port, maxConnections }: ResolvedServerOptions): Promise<void> {
  // The system drops connections that come while more wait than Node's 511, and their clients learn it late.
  server.listen({ host, port, backlog: maxConnections });
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new PluginError(
      "listen_failed",
      `cannot listen on ${host}, port ${port}: ${cause instanceof Error ? cause.message : String(cause)}: choose another port, or 0 for a free one`,
      { cause },
    );
  }
}
