import type { Gateway, GatewayDataSourceState, GatewayPluginState } from "grafana-plugin-protocol/gateway";
import { formatColumns } from "./format-columns.ts";

/** What is served, for a person. */
export function describeGateway({ plugins, problems, dataSources }: Gateway): string {
  const ids = new Set(plugins.map(({ id }) => id));
  const pluginRows = plugins.map(({ id, version, type, status }) => [id, version || "-", type, status]);
  const sourceRows = dataSources.map(({ uid, type, url }) => [
    uid,
    ids.has(type) ? type : `${type} (no such plugin)`,
    withoutPassword(url) || "-",
  ]);
  const tables = [
    formatColumns([["PLUGIN", "VERSION", "TYPE", "STATE"], ...pluginRows]),
    ...(problems.length === 0 ? [] : [formatColumns([["NOT SERVED"], ...problems.map((each) => [each])])]),
    sourceRows.length === 0
      ? "No data sources: name their files with --provisioning"
      : formatColumns([["DATA SOURCE", "TYPE", "URL"], ...sourceRows]),
  ];
  return tables.join("\n\n");
}

/** What is served, for a program. */
export function gatewayFields({ plugins, problems, dataSources }: Gateway): {
  readonly plugins: readonly GatewayPluginState[];
  /** Why plugins are not served. */
  readonly problems: readonly string[];
  readonly dataSources: readonly GatewayDataSourceState[];
} {
  return {
    plugins,
    problems,
    dataSources: dataSources.map((source) => ({ ...source, url: withoutPassword(source.url) })),
  };
}

/** A URL may have a password, also one with @ in it, or be no URL at all. */
function withoutPassword(url: string): string {
  return url.replace(/:(?!\/\/)[^/]*@/, ":***@");
}
