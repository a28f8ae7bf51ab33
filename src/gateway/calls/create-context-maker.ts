import { arch, platform } from "node:process";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { PluginContextSchema } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import type { DataSource } from "../data-sources/data-source.ts";
import type { GatewayOptions } from "../gateway-options.ts";
import type { HttpCall } from "../http/http-call.ts";
import type { PluginInfo } from "../plugins/plugin-info.ts";
import type { ResolvedGatewayOptions } from "../resolve-options.ts";

export type ContextMessage = MessageInitShape<typeof PluginContextSchema>;

/** The organisation of a gateway: it has one. */
export const orgId = 1n;

/** The namespace of that organisation, as Grafana names it. */
export const namespace = "default";

/** Makes the context that plugins get with each call, as Grafana fills it. */
export function createContextMaker(
  options: GatewayOptions,
  settings: ResolvedGatewayOptions,
): (call: HttpCall, info: PluginInfo, source: DataSource | undefined) => ContextMessage {
  const isOld = settings.style === "plutono";
  // One object for all calls: plugins make new instances when an entry changes.
  const grafanaConfig: Readonly<Record<string, string>> = isOld ? {} : configOf(options, settings);
  const userAgent = isOld ? "" : `Grafana/${settings.grafanaVersion} (${goPlatform()})`;
  const make = (info: PluginInfo, source: DataSource | undefined) => ({
    orgId,
    pluginId: info.id,
    grafanaConfig,
    userAgent,
    pluginVersion: isOld ? "" : info.version,
    namespace: isOld ? "" : namespace,
    ...(source === undefined
      ? {}
      : { dataSourceInstanceSettings: source.settings(), apiVersion: source.apiVersion }),
    ...(info.app === undefined ? {} : { appInstanceSettings: info.app }),
  });
  // Neither of them changes, and a data source that is replaced takes its context along.
  const made = new WeakMap<PluginInfo, WeakMap<DataSource | PluginInfo, ReturnType<typeof make>>>();
  const contextOf = (info: PluginInfo, source: DataSource | undefined): ReturnType<typeof make> => {
    const ofPlugin = made.get(info) ?? new WeakMap<DataSource | PluginInfo, ReturnType<typeof make>>();
    const context = ofPlugin.get(source ?? info) ?? make(info, source);
    made.set(info, ofPlugin.set(source ?? info, context));
    return context;
  };
  return (call, info, source) => {
    const user = settings.user((name) => call.header(name));
    const context = contextOf(info, source);
    if (user === undefined) return context;
    const { login, name = "", email = "", role = "Viewer" } = user;
    return { ...context, user: { login, name, email, role } };
  };
}

/** The SQL entries are those of Grafana's defaults: plugins that read one of them need all. */
function configOf(
  { appUrl, grafanaConfig }: GatewayOptions,
  { featureToggles }: ResolvedGatewayOptions,
): Readonly<Record<string, string>> {
  return {
    GF_CONCURRENT_QUERY_COUNT: "10",
    ...(appUrl === undefined ? {} : { GF_APP_URL: appUrl }),
    ...(featureToggles.length === 0 ? {} : { GF_INSTANCE_FEATURE_TOGGLES_ENABLE: featureToggles.join(",") }),
    GF_SQL_MAX_CONN_LIFETIME_SECONDS_DEFAULT: "14400",
    GF_SQL_MAX_IDLE_CONNS_DEFAULT: "100",
    GF_SQL_MAX_OPEN_CONNS_DEFAULT: "100",
    GF_SQL_ROW_LIMIT: "1000000",
    ...grafanaConfig,
  };
}

function goPlatform(): string {
  const system = platform === "win32" ? "windows" : platform;
  const processor = arch === "x64" ? "amd64" : arch === "ia32" ? "386" : arch;
  return `${system}; ${processor}`;
}
