import { createHash, timingSafeEqual } from "node:crypto";
import type { ResolvedGatewayOptions } from "../resolve-options.ts";
import type { Answer, HttpCall } from "./http-call.ts";
import { HttpFailure } from "./http-failure.ts";

/** Decides who may call. */
export interface Guard {
  /**
   * @param hasQueryToken the token may be `?auth_token=`, for clients of browsers that cannot send headers
   * @throws HttpFailure 403 for a host or an origin that is not allowed, 401 without a token
   */
  readonly check: (
    call: HttpCall,
    options: { readonly isPublic: boolean; readonly hasQueryToken: boolean },
  ) => void;
  /** The first half of `check`. @throws HttpFailure 403 */
  readonly checkPlace: (call: HttpCall) => void;
  /** The token that a request has. */
  readonly tokenOf: (call: HttpCall, hasQueryToken: boolean) => string | undefined;
  /** Whether a token is known, in constant time; every one is, and none too, where no token is needed. */
  readonly isToken: (token: string | undefined) => boolean;
  /** The answer to a preflight request; `undefined` for any other request. @throws HttpFailure 403 */
  readonly preflight: (call: HttpCall) => Answer | undefined;
  /** Headers by which the page of another origin may read the answer. */
  readonly headersFor: (call: HttpCall) => Readonly<Record<string, string>>;
}

export function createGuard({ tokens, allowedHosts, allowedOrigins }: ResolvedGatewayOptions): Guard {
  // Of equal length, so that the time of a comparison depends on neither text.
  const digests = tokens.map(digest);
  const isAllowed = (origin: string): boolean =>
    allowedOrigins.includes("*") || allowedOrigins.includes(origin);
  const checkPlace = (call: HttpCall): void => {
    const host = call.header("host");
    if (allowedHosts !== undefined && !allowedHosts.includes(hostName(host ?? ""))) {
      throw new HttpFailure(
        403,
        "host not allowed: call the gateway by a name of its allowedHosts (serve: --allow-host)",
      );
    }
    const origin = call.header("origin");
    if (origin !== undefined && !isSameHost(origin, host) && !isAllowed(origin)) {
      throw new HttpFailure(
        403,
        "origin not allowed: name it in allowedOrigins (serve: --allow-origin), or pass Host on in the proxy",
      );
    }
  };
  const isToken = (token: string | undefined): boolean => {
    if (digests.length === 0) return true;
    const own = digest(token ?? "");
    let isKnown = false;
    for (const each of digests) isKnown = timingSafeEqual(own, each) || isKnown;
    return token !== undefined && isKnown;
  };
  const tokenOf = (call: HttpCall, hasQueryToken: boolean): string | undefined =>
    tokenOfHeader(call.header("authorization")) ??
    (hasQueryToken ? (new URLSearchParams(call.query).get("auth_token") ?? undefined) : undefined);
  return {
    check: (call, { isPublic, hasQueryToken }) => {
      checkPlace(call);
      if (!isPublic && !isToken(tokenOf(call, hasQueryToken))) throw unauthorized();
    },
    checkPlace,
    tokenOf,
    isToken,
    preflight: (call) => {
      const method = call.header("access-control-request-method");
      if (call.method !== "OPTIONS" || method === undefined) return undefined;
      checkPlace(call);
      const headers = call.header("access-control-request-headers");
      return {
        status: 204,
        headers: {
          "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
          ...(headers === undefined || headers.length > 2000
            ? {}
            : { "Access-Control-Allow-Headers": headers }),
          "Access-Control-Max-Age": "600",
        },
        body: "",
      };
    },
    headersFor: (call) => {
      const origin = call.header("origin");
      if (origin === undefined || allowedOrigins.length === 0) return {};
      return isAllowed(origin)
        ? {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": "grafana-trace-id, retry-after",
            Vary: "Origin",
          }
        : { Vary: "Origin" };
    },
  };
}

export function unauthorized(): HttpFailure {
  return new HttpFailure(401, "Unauthorized", { headers: { "WWW-Authenticate": "Bearer" } });
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Of `Bearer`, or the password of `Basic`, which some clients have instead. */
function tokenOfHeader(authorization: string | undefined): string | undefined {
  const [, scheme = "", value = ""] = /^(Bearer|Basic) +(\S+) *$/i.exec(authorization ?? "") ?? [];
  if (value === "") return undefined;
  if (scheme.toLowerCase() === "bearer") return value;
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon === -1 ? undefined : text.slice(colon + 1);
}

/** Without the port; an IPv6 address keeps its brackets. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}

/** Browsers leave the port of the scheme out of an origin; some proxies write it into `Host`. */
function isSameHost(origin: string, host: string | undefined): boolean {
  const [, scheme, authority] = /^(https?):\/\/(.*)$/.exec(origin) ?? [];
  if (scheme === undefined || host === undefined) return false;
  return host.toLowerCase().replace(scheme === "https" ? /:443$/ : /:80$/, "") === authority;
}
