import { decodeHeader } from "../../handlers/header-text.ts";
import type { DataSource } from "../data-sources/data-source.ts";
import type { HttpCall } from "../http/http-call.ts";

/** What Grafana forwards to plugins with queries and health checks. */
const forwarded = [
  "X-Cache-Skip",
  "X-Dashboard-Title",
  "X-Dashboard-Uid",
  "X-Datasource-Uid",
  "X-Grafana-From-Expr",
  "X-Panel-Id",
  "X-Panel-Plugin-Id",
  "X-Panel-Title",
  "X-Plugin-Id",
  "X-Query-Group-Id",
].map((name) => [name, name.toLowerCase()] as const);

/**
 * Headers of a request for the field `headers` of a call: names with the prefix `http_`. Cookies only where the data
 * source names them in `keepCookies`; never `Authorization`, which is the gateway's.
 */
export function forwardedHeaders(call: HttpCall, source: DataSource | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, lower] of forwarded) {
    const value = call.header(lower);
    if (value !== undefined) headers[`http_${name}`] = decodeHeader(value);
  }
  const cookie = keptCookies(call.header("cookie"), source);
  if (cookie !== undefined) headers["Cookie"] = cookie;
  return headers;
}

/** The cookies that the data source asks for; `undefined` for none. */
export function keptCookies(cookie: string | undefined, source: DataSource | undefined): string | undefined {
  const wanted = source?.jsonData["keepCookies"];
  if (cookie === undefined || !Array.isArray(wanted) || wanted.length === 0) return undefined;
  const kept = cookie
    .split(";")
    .map((each) => each.trim())
    .filter((each) => wanted.includes(each.split("=")[0]?.trim()));
  return kept.length === 0 ? undefined : decodeHeader(kept.join("; "));
}
