import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { cors } from "@connectrpc/connect";

/** Decides which pages of other origins may call, and which headers they may send and read. */
export interface CorsOptions {
  /**
   * Origins as browsers write them, such as `https://app.example` or `http://localhost:3000`, or a function that
   * decides; if it throws, the origin is not allowed. `"*"` allows every origin; `"null"` allows pages without one,
   * such as local files.
   */
  readonly allowedOrigins: readonly string[] | ((origin: string) => boolean);
  /**
   * Request headers that pages may send in addition to those of the Connect and gRPC-web protocols, such as
   * `authorization`.
   */
  readonly allowedHeaders?: readonly string[] | undefined;
  /**
   * Response headers that pages may read in addition to those of the protocols. A trailer `x` of a unary call is
   * `trailer-x`.
   */
  readonly exposedHeaders?: readonly string[] | undefined;
  /** Whether browsers send cookies and client certificates. Default: no. Not together with `"*"`. */
  readonly allowCredentials?: boolean | undefined;
}

type Request = IncomingMessage | Http2ServerRequest;
type Response = Pick<ServerResponse | Http2ServerResponse, "end" | "setHeader" | "statusCode">;

/** Two hours, in seconds: Chromium caches the answer to a preflight no longer. */
const maxAgeSeconds = 7200;

/**
 * Makes a function to run before a request listener. It answers preflights and marks responses that a page of another
 * origin may read. A request of an origin that is not allowed still runs: its browser withholds the response, and does
 * not send requests that need a preflight, as all calls of a page do.
 *
 * @param paths of the services; a preflight for another path is left to the listener
 * @returns true when the request was a preflight and is answered
 * @throws TypeError for an origin that no browser sends, and for credentials together with `"*"`
 */
export function allowOrigins(
  options: CorsOptions,
  paths: ReadonlySet<string>,
): (request: Request, response: Response) => boolean {
  const isAllowed = originCheck(options);
  const allowedMethods = cors.allowedMethods.join(", ");
  const allowedHeaders = [...cors.allowedHeaders, ...(options.allowedHeaders ?? [])].join(", ");
  const exposedHeaders = [...cors.exposedHeaders, ...(options.exposedHeaders ?? [])].join(", ");
  return (request, response) => {
    const path = request.url?.split("?", 1)[0] ?? "";
    if (!paths.has(path)) return false;
    const { origin } = request.headers;
    const isPreflight =
      request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined;
    // A cache must not serve the response for one origin to another, or to a request without an origin.
    response.setHeader("vary", "origin");
    if (origin !== undefined && isAllowed(origin)) {
      response.setHeader("access-control-allow-origin", origin);
      if (options.allowCredentials) response.setHeader("access-control-allow-credentials", "true");
      if (isPreflight) {
        response.setHeader("access-control-allow-methods", allowedMethods);
        response.setHeader("access-control-allow-headers", allowedHeaders);
        response.setHeader("access-control-max-age", String(maxAgeSeconds));
      } else {
        response.setHeader("access-control-expose-headers", exposedHeaders);
      }
    }
    if (!isPreflight) return false;
    response.statusCode = 204;
    response.end();
    return true;
  };
}

function originCheck({ allowedOrigins, allowCredentials }: CorsOptions): (origin: string) => boolean {
  if (typeof allowedOrigins === "function") return (origin) => allows(allowedOrigins, origin);
  const origins = new Set(allowedOrigins);
  if (!origins.has("*")) {
    for (const origin of origins) assertOrigin(origin);
    return (origin) => origins.has(origin);
  }
  if (allowCredentials) {
    throw new TypeError('allowCredentials gives cookies to the origins you trust: name them in place of "*"');
  }
  return () => true;
}

/**
 * The origin is untrusted input: a function that throws for it, such as one with `new URL("null")`, must not end the
 * process.
 */
function allows(isAllowed: (origin: string) => boolean, origin: string): boolean {
  try {
    return isAllowed(origin);
  } catch {
    return false;
  }
}

/** Origins are compared as texts, so one with a trailing slash would never match. */
function assertOrigin(origin: string): void {
  if (origin === "null") return;
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  const isSpecial = url !== undefined && url.origin !== "null";
  if (
    isSpecial
      ? url.origin === origin && !origin.includes("*")
      : /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+$/.test(origin)
  )
    return;
  const expected = isSpecial && !origin.includes("*") ? url.origin : "https://app.example";
  throw new TypeError(`allowedOrigins must have origins such as "${expected}", got "${origin}"`);
}
