import * as http2 from "node:http2";
import type { Interceptor } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { ImplementedService, MessageLimits } from "../socket-transport.ts";
import { allowOrigins, type CorsOptions } from "./allow-origins.ts";
import { dropLongTimeouts } from "./long-timeouts.ts";
import { refusedHost } from "./refused-host.ts";
import { registerService } from "./register-service.ts";
import { sendErrors } from "./send-errors.ts";
import { sendLegalHeaders } from "./send-legal-headers.ts";

export interface RequestListenerOptions extends Partial<MessageLimits> {
  readonly interceptors?: readonly Interceptor[] | undefined;
  /**
   * Names by which browsers may reach this server without TLS, such as `["plugins.example.com"]`, in addition to
   * `localhost` and addresses; without the port. A request for another name gets 403: a web page could resolve its own
   * name to this server (DNS rebinding). Not checked with TLS and with HTTP/2, where pages cannot do that. Default
   * none.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Handles requests for other paths than those of the services. Default: 404. */
  readonly fallback?: RequestListener | undefined;
  /** Decides which pages of other origins may call. Default: none; preflights get 405. */
  readonly cors?: CorsOptions | undefined;
}

/** A request listener for a server of `node:http`, `node:https` or `node:http2`. */
export interface RequestListener extends ReturnType<typeof connectNodeAdapter> {}

const defaultMaxReceiveBytes = 16 << 20;

/**
 * Serves services to remote clients, on a server of the caller's: the Connect protocol and gRPC-web over HTTP/1.1 and
 * HTTP/2, so that browsers and curl reach them, and gRPC over HTTP/2. go-plugin's additions (handshake, health,
 * shutdown) are not included. Nor is access control, which is up to the server or a proxy before it.
 *
 * A handler that throws anything but a `ConnectError` answers INTERNAL without the reason, because clients are not
 * trusted.
 *
 * @param services such as `implement(v2, answers).services`
 * @param options `maxReceiveBytes` by default 16 MiB, as for a plugin; `maxSendBytes` 2^31-1
 * @throws TypeError for origins in `cors` that no browser sends
 */
export function createRequestListener(
  services: readonly ImplementedService[],
  options: RequestListenerOptions = {},
): RequestListener {
  const handle = connectNodeAdapter({
    routes: (router) => {
      for (const served of services) registerService(router, served);
    },
    readMaxBytes: options.maxReceiveBytes ?? defaultMaxReceiveBytes,
    writeMaxBytes: options.maxSendBytes ?? 2 ** 31 - 1,
    interceptors: [sendErrors, ...(options.interceptors ?? [])],
    ...(options.fallback && { fallback: options.fallback }),
  });
  const answersPreflight = options.cors && allowOrigins(options.cors, pathsOf(services));
  const allowedHosts = options.allowedHosts ?? [];
  return (request, response) => {
    const refusal = refusedHost(request, allowedHosts);
    if (refusal !== undefined) {
      response.writeHead(403, { "content-type": "text/plain; charset=utf-8" });
      response.end(refusal);
      return;
    }
    if (answersPreflight?.(request, response)) return;
    // connect-node makes a URL from it; an exception there would end the process.
    for (const name of [":authority", "host"]) {
      const authority = request.headers[name];
      if (authority !== undefined && !URL.canParse(`http://${authority}`))
        request.headers[name] = "localhost";
    }
    dropLongTimeouts(request.headers);
    if (response instanceof http2.Http2ServerResponse) sendLegalHeaders(response);
    handle(request, response);
  };
}

function pathsOf(services: readonly ImplementedService[]): ReadonlySet<string> {
  return new Set(
    services.flatMap(({ service }) => service.methods.map(({ name }) => `/${service.typeName}/${name}`)),
  );
}
