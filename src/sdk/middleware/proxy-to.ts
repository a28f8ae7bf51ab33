import { PluginError } from "../../errors.ts";
import { describeValue, functionOption } from "../../option-checks.ts";
import {
  connectionHeaders,
  type ForwardOptions,
  forwardedHeaders,
  ownNamesOf,
} from "../context/forwarded-headers.ts";
import { HeaderName } from "../context/header-names.ts";
import { errorKinds } from "../errors/error-kind.ts";
import { origin } from "../resources/resource-url.ts";
import type { ResourceEnv, ResourceHandler } from "../resources/serve-resources.ts";
import { limitBytes } from "./limit-bytes.ts";
import { isAllowedPath, refusedPath } from "./proxied-path.ts";

/** Options of {@link proxyTo}. */
export interface ProxyOptions {
  /** Sends the requests. Default: the `fetch` of the platform. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /**
   * Paths below the target that may be asked for: `/users` is that path, `/users/*` everything below it, and a regular
   * expression is matched with the whole path. Paths are as in URLs, with escapes. Default: every path below the target.
   */
  readonly allowPaths?: readonly (string | RegExp)[] | undefined;
  /** Default GET and HEAD, so that a viewer of a dashboard changes nothing. */
  readonly methods?: readonly string[] | undefined;
  /** Headers that are added, such as a token; they replace those of the caller. */
  readonly headers?: HeadersInit | ((env: ResourceEnv) => HeadersInit | Promise<HeadersInit>) | undefined;
  /** What of the user's login is forwarded. Default: nothing. */
  readonly forward?: Pick<ForwardOptions, "cookies" | "grafanaId" | "login"> | undefined;
  /** Most bytes of a body of an answer. Default: the limit that the host has sent, else none. */
  readonly responseLimitBytes?: number | undefined;
}

/** These identify the user: they are forwarded only if `forward` says so. */
const ofLogin: ReadonlySet<string> = new Set(
  [HeaderName.authorization, HeaderName.idToken, HeaderName.grafanaId, HeaderName.cookie].map((name) =>
    name.toLowerCase(),
  ),
);

/**
 * Makes a resource handler that forwards requests to another API: `proxyTo("https://api.example/v1", { headers: {
 * Authorization: token } })` sends `users?x=1` to `https://api.example/v1/users?x=1`.
 *
 * Bodies stream both ways. Headers of the connection are left out, as is the login of the user, and cookies that the API
 * sets. A path that leads out of the target, also with escapes, gets 400; one that is not allowed 403; a method that is
 * not 405. Redirects are not followed: one below the target becomes a path of the plugin, any other gets 502.
 * An API that cannot be reached gets 502, one that is too slow 504. An answer over the limit gets 502 if its
 * `Content-Length` says so, else it breaks off.
 *
 * @param target `http:` or `https:`, without query
 * @throws PluginError `invalid_option` for another target.
 */
export function proxyTo(target: string | URL, options: ProxyOptions = {}): ResourceHandler {
  const base = parseTarget(target);
  const { allowPaths, methods = ["GET", "HEAD"], headers, forward = {}, responseLimitBytes } = options;
  const send = functionOption(
    "fetch",
    options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init)),
  );
  return async (request, env) => {
    const { pathname, search } = new URL(request.url);
    const { method } = request;
    if (!methods.includes(method)) return refuse(405, `${method} is not allowed`);
    if (refusedPath(pathname)) return refuse(400, "the path leads out of its folder");
    if (allowPaths !== undefined && !isAllowedPath(pathname, allowPaths))
      return refuse(403, "the path is not allowed");
    const own = typeof headers === "function" ? await headers(env) : headers;
    const url = `${base}${pathname}${search}`;
    let response: Response;
    try {
      response = await send(url, {
        method,
        headers: outgoing(request.headers, forwardedHeaders(env.context, forward), own),
        body: request.body,
        redirect: "manual",
        signal: request.signal,
        ...(request.body === null ? {} : { duplex: "half" }),
      } as RequestInit);
    } catch (reason) {
      // The host no longer waits.
      if (request.signal.aborted) throw reason;
      env.context.log.warn("the proxied API could not be reached", { error: reason });
      const isSlow = errorKinds(reason).includes("timeout");
      // Not with the reason, which may name an address of the inner network.
      return refuse(
        isSlow ? 504 : 502,
        isSlow ? "the API did not answer in time" : "the API could not be reached",
      );
    }
    return incoming(response, base, responseLimitBytes ?? env.context.config.responseLimitBytes ?? 0);
  };
}

function parseTarget(target: string | URL): string {
  const url = URL.parse(String(target));
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (url === null || !isHttp || url.search !== "" || url.username !== "" || url.password !== "") {
    throw new PluginError(
      "invalid_option",
      `target must be an http: or https: URL without query and login, got ${url === null ? describeValue(target) : `one of ${url.protocol}`}`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/$/, "")}`;
}

function refuse(
  code: number,
  message: string,
): { readonly code: number; readonly body: { readonly message: string } } {
  return { code, body: { message } };
}

function outgoing(
  received: Headers,
  forwarded: Readonly<Record<string, string>>,
  own: HeadersInit | undefined,
): Headers {
  const headers = new Headers();
  const ofConnection = ownNamesOf(received.get("connection"));
  received.forEach((value, name) => {
    if (isEndToEnd(name, ofConnection) && !ofLogin.has(name) && name !== "accept-encoding")
      headers.set(name, value);
  });
  for (const [name, value] of Object.entries(forwarded)) headers.set(name, value);
  new Headers(own).forEach((value, name) => {
    headers.set(name, value);
  });
  return headers;
}

function isEndToEnd(name: string, ofConnection: ReadonlySet<string>): boolean {
  return !connectionHeaders.has(name) && !ofConnection.has(name);
}

function incoming(response: Response, base: string, maxBytes: number): Response | ReturnType<typeof refuse> {
  const { status } = response;
  if (status < 200 || status > 599) {
    return give(response, refuse(502, `the API answers with status ${status}, which is not one of HTTP`));
  }
  const headers = new Headers();
  const ofConnection = ownNamesOf(response.headers.get("connection"));
  // `fetch` has decoded the body, so its length and encoding are no longer those of the headers.
  const isDecoded = response.headers.has("content-encoding");
  response.headers.forEach((value, name) => {
    if (!isEndToEnd(name, ofConnection) || name === "set-cookie") return;
    if (isDecoded && name === "content-encoding") return;
    headers.append(name, value);
  });
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  if (!isDecoded && Number.isSafeInteger(length)) headers.set("content-length", String(length));
  const location = headers.get("location");
  if (location !== null) {
    const moved = movedTo(location, response.url, base);
    if (moved === undefined) return give(response, refuse(502, "the API redirects to another address"));
    headers.set("location", moved);
  }
  if (maxBytes > 0 && length > maxBytes) {
    return give(response, refuse(502, `the answer has ${length} bytes, more than the limit of ${maxBytes}`));
  }
  const body = response.body === null || maxBytes <= 0 ? response.body : limitBytes(response.body, maxBytes);
  return new Response(body, { status, headers });
}

/** The same place as a path of the plugin; `undefined` outside of the target. */
function movedTo(location: string, from: string, base: string): string | undefined {
  const target = URL.parse(location, from || base)?.href;
  if (target === undefined) return undefined;
  if (target !== base && !target.startsWith(`${base}/`) && !target.startsWith(`${base}?`)) return undefined;
  return `${origin}${target.slice(base.length).replace(/^(?!\/)/, "/")}`;
}

/** Cancels the body of an answer that is replaced: it has no reader. */
function give<T>(response: Response, answer: T): T {
  response.body?.cancel().catch(() => {});
  return answer;
}
