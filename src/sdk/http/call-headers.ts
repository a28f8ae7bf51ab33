import type { RequestContext } from "../context/request-context.ts";

/** Headers with which a host forwards a login. */
const loginHeaders: readonly string[] = ["authorization", "cookie", "x-id-token", "x-grafana-id"];

/**
 * Adds what a call of the host passes on: its trace, its alert mark, and with `names` these forwarded headers. Only the
 * alert mark replaces a header that is there.
 */
export function addCallHeaders(headers: Headers, context: RequestContext, names: readonly string[]): void {
  for (const name of names) {
    const value = context.headers.get(name);
    if (value !== null && value !== "" && !headers.has(name)) headers.set(name, value);
  }
  if (context.isFromAlert) headers.set("FromAlert", context.headers.get("FromAlert") ?? "true");
  const { trace } = context;
  if (trace !== undefined && !headers.has("traceparent")) {
    headers.set("traceparent", `00-${trace.traceId}-${trace.spanId}-${trace.isSampled ? "01" : "00"}`);
  }
}

/** The headers of a login, and further ones. */
export function forwardedNames(more: readonly string[]): readonly string[] {
  return [...loginHeaders, ...more];
}

/**
 * The header `User-Agent` of a plugin, as the Go SDK writes it: `Grafana/12.1.0 (linux; amd64) my-plugin/1.0.0`, or
 * `Grafana my-plugin/1.0.0` for a host that sent nothing; `undefined` for a plugin without an id.
 */
export function userAgent(
  context: RequestContext | undefined,
  own: { readonly pluginId?: string | undefined; readonly pluginVersion?: string | undefined },
): string | undefined {
  const id = own.pluginId || context?.pluginId;
  if (id === undefined || id === "") return undefined;
  const host = context?.userAgent;
  const product = host === undefined ? "Grafana" : `Grafana/${host.version} (${host.os}; ${host.arch})`;
  return `${product} ${id}/${own.pluginVersion || context?.pluginVersion || ""}`;
}
