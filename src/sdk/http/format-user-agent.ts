import type { RequestContext } from "../context/request-context.ts";

/**
 * The header `User-Agent` of a plugin, as the Go SDK writes it: `Grafana/12.1.0 (linux; amd64) my-plugin/1.0.0`, or
 * `Grafana my-plugin/1.0.0` for a host that sent nothing; `undefined` for a plugin without an id.
 */
export function formatUserAgent(
  context: RequestContext | undefined,
  own: { readonly pluginId?: string | undefined; readonly pluginVersion?: string | undefined },
): string | undefined {
  const id = own.pluginId || context?.pluginId;
  if (id === undefined || id === "") return undefined;
  const host = context?.userAgent;
  const product = host === undefined ? "Grafana" : `Grafana/${host.version} (${host.os}; ${host.arch})`;
  return `${product} ${id}/${own.pluginVersion || context?.pluginVersion || ""}`;
}
