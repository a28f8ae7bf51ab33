import { decodeHeader } from "../../handlers/header-text.ts";
import { keptCookies } from "../calls/forwarded-headers.ts";
import type { DataSource } from "../data-sources/data-source.ts";
import type { HttpCall } from "../http/http-call.ts";

/**
 * Never for a plugin: of the connection, of the gateway, about how the client came here, or who a Grafana says that the
 * user is, which a client could claim to be.
 */
const dropped = new Set([
  "authorization",
  "connection",
  "cookie",
  "expect",
  "fromalert",
  "host",
  "keep-alive",
  "origin",
  "proxy-authorization",
  "proxy-connection",
  "referer",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-grafana-context",
  "x-grafana-device-id",
  "x-grafana-har-capture",
  "x-grafana-id",
  "x-grafana-referer",
  "x-grafana-user",
]);

/** Headers of a resource request for its plugin, with canonical names and all their values. */
export function resourceRequestHeaders(
  call: HttpCall,
  source: DataSource | undefined,
): Record<string, { readonly values: string[] }> {
  // Without the names that every object has: a client may send a header __proto__.
  const headers: Record<string, { readonly values: string[] }> = Object.create(null);
  const add = (name: string, value: string): void => {
    const canonical = canonicalName(name);
    const known = headers[canonical];
    if (known === undefined) headers[canonical] = { values: [value] };
    else known.values.push(value);
  };
  for (const [name, value] of call.headers()) {
    if (!dropped.has(name.toLowerCase())) add(name, decodeHeader(value));
  }
  const before = call.header("x-forwarded-for");
  const via = [before, call.remoteAddress].filter((each) => each !== undefined).join(", ");
  if (via !== "") add("X-Forwarded-For", via);
  const referer = call.header("referer");
  if (referer !== undefined) add("X-Grafana-Referer", decodeHeader(referer));
  const cookie = keptCookies(call.header("cookie"), source);
  if (cookie !== undefined) add("Cookie", cookie);
  return headers;
}

/** `content-type` as `Content-Type`, as Go spells names of headers. */
export function canonicalName(name: string): string {
  // As most clients write them.
  if (canonical.test(name)) return name;
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

const canonical = /^[A-Z][a-z0-9]*(-[A-Z][a-z0-9]*)*$/;
