export type { AttachInfo } from "../goplugin/reattach.ts";
export type { BuildInfo } from "./build-info.ts";
export { type GrafanaConfig, readGrafanaConfig } from "./environment/read-grafana-config.ts";
export { type PluginEnvironment, readPluginEnvironment } from "./environment/read-plugin-environment.ts";
export type { SecureSocksProxy } from "./environment/secure-socks-proxy.ts";
export { type ImplementedMajor, implement } from "./implement.ts";
export type { StandaloneOptions } from "./mode/find-standalone.ts";
export type { PluginLimits, ServeOptions } from "./serve-options.ts";
export { type PluginServer, servePlugin } from "./serve-plugin.ts";
