import { arch, platform } from "node:process";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { PluginContextSchema } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { decodeHeader } from "../../handlers/header-text.ts";
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
  const make = (info: PluginInfo, app: PluginInfo["app"], source: DataSource | undefined) => ({
    orgId,
    pluginId: info.id,
    grafanaConfig,
    userAgent,
    pluginVersion: isOld ? "" : info.version,
    namespace: isOld ? "" : namespace,
    ...(source === undefined
      ? {}
      : { dataSourceInstanceSettings: source.settings(), apiVersion: source.apiVersion }),
    ...(app === undefined ? {} : { appInstanceSettings: app }),
  });
  type Made = { readonly app: PluginInfo["app"]; readonly context: ReturnType<typeof make> };
  // A data source that is replaced takes its context along; new settings of an app are another object.
  const made = new WeakMap<PluginInfo, WeakMap<DataSource | PluginInfo, Made>>();
  const contextOf = (info: PluginInfo, source: DataSource | undefined): Made["context"] => {
    const { app } = info;
    const ofPlugin = made.get(info) ?? new WeakMap<DataSource | PluginInfo, Made>();
    const before = ofPlugin.get(source ?? info);
    if (before !== undefined && before.app === app) return before.context;
    const context = make(info, app, source);
    made.set(info, ofPlugin.set(source ?? info, { app, context }));
    return context;
  };
  return (call, info, source) => {
    const user = settings.user((name) => decoded(call.header(name)));
    const context = contextOf(info, source);
    if (user === undefined) return context;
    const { login, name = "", email = "", role = "Viewer" } = user;
    return { ...context, user: { login, name, email, role } };
  };
}

function decoded(value: string | undefined): string | undefined {
  return value === undefined ? undefined : decodeHeader(value);
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
