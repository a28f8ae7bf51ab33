import { GatewayError, messageOf } from "./gateway-error.ts";

/** Where a gateway is, and what each request to it has. */
export interface GatewayClientOptions {
  /**
   * Where the gateway is, such as `http://127.0.0.1:3000`, with the path under which a proxy serves it. In a page a path
   * is enough, and the empty string is the page's own origin.
   */
  readonly url: string;
  /** Sent as `Authorization: Bearer …`. A function is called for each request, and again for each reconnection. */
  readonly token?: string | (() => Promise<string> | string) | undefined;
  /** Default: the `fetch` of the platform. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Sent with each request, such as `traceparent`, or the header of a user for a proxy. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** One request. */
export interface Call {
  /** Path and query, relative to the url of the gateway; begins with `/`. */
  readonly path: string;
  readonly init?: RequestInit | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests to one gateway. */
export interface Caller {
  /** Sends a request. @throws GatewayError `unreachable`; the reason of the signal when it is aborted */
  readonly send: (call: Call) => Promise<Response>;
  /** The address of a path as `fetch` sees it, in which parts such as `..` are resolved. */
  readonly addressOf: (path: string) => URL;
}

/** @throws GatewayError `invalid_option` for a url that cannot be used */
export function createCaller({ url, token, fetch, headers }: GatewayClientOptions): Caller {
  const base = baseOf(url);
  const send = fetch ?? ((address: string, init: RequestInit) => globalThis.fetch(address, init));
  return {
    addressOf: (path) => new URL(base + path),
    send: async ({ path, init = {}, signal = init.signal ?? undefined }) => {
      signal?.throwIfAborted();
      const sent = new Headers({ ...headers, ...Object.fromEntries(new Headers(init.headers)) });
      const given = typeof token === "function" ? await token() : token;
      if (given !== undefined && !sent.has("authorization")) sent.set("authorization", `Bearer ${given}`);
      try {
        return await send(base + path, { ...init, headers: sent, signal: signal ?? null });
      } catch (cause) {
        signal?.throwIfAborted();
        throw new GatewayError(
          "unreachable",
          `expected an answer of ${base}, got none (${messageOf(cause)}): check that the gateway runs and allows this origin`,
          { cause },
        );
      }
    },
  };
}

/** The address without the slash at its end. */
function baseOf(url: string): string {
  try {
    const page = (globalThis as { readonly location?: { readonly href: string } }).location?.href;
    const { protocol, origin, pathname, username } = new URL(url, page);
    if (/^https?:$/.test(protocol) && username === "") {
      return origin + (url === "" ? "" : pathname.replace(/\/+$/, ""));
    }
  } catch {
    // Refused below.
  }
  throw new GatewayError(
    "invalid_option",
    `expected an http or https url without a user, got ${JSON.stringify(url)}`,
  );
}

/** The parts of a path, encoded. */
export function pathOf(...parts: readonly string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join("");
}
