import type { PluginContext } from "../../../gen/es/v2/pluginv2/backend_pb.js";

/** Keys of the instances of data sources, of apps. */
export type InstanceKind = "app" | "dataSource";

/** The key of Grafana's configuration that has the client key of the secure SOCKS proxy. */
const proxyKey = "GF_SECURE_SOCKS_DATASOURCE_PROXY_CLIENT_KEY_VAL";
/** No part of a key has it: metadata cannot, and hosts make the other parts. So no two tenants share a key. */
const separator = "\0";

/** Makes keys as the Go SDK does: what differs in one of its parts is another instance. */
export function createKeys(
  kind: InstanceKind,
): (context: PluginContext, tenantId: string | undefined) => string {
  if (kind === "app") {
    return ({ pluginId, orgId, namespace }, tenantId = "") =>
      tenantId + separator + namespace + separator + pluginId + separator + orgId;
  }
  const proxyHash = createProxyHash();
  return ({ dataSourceInstanceSettings, grafanaConfig, namespace }, tenantId = "") =>
    tenantId +
    separator +
    namespace +
    separator +
    (dataSourceInstanceSettings?.id ?? 0n) +
    separator +
    (dataSourceInstanceSettings?.uid ?? "") +
    separator +
    proxyHash(grafanaConfig[proxyKey]);
}

/**
 * Makes a short text that differs between proxies: the last three bytes of the client key, as in the Go SDK. Empty for
 * what is not a private key in PEM. It keeps the last one, because a host sends the same with every call.
 */
function createProxyHash(): (pem: string | undefined) => string {
  let lastPem: string | undefined;
  let lastHash = "";
  return (pem) => {
    if (pem === undefined || pem === "") return "";
    if (pem === lastPem) return lastHash;
    const [, base64] = /-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----/.exec(pem) ?? [];
    const bytes = Buffer.from(base64 ?? "", "base64");
    lastPem = pem;
    lastHash = bytes.length < 3 ? "" : bytes.subarray(-3).toString("base64");
    return lastHash;
  };
}
