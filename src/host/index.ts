export type { LogLevel } from "../goplugin/log-record.ts";
export type { AttachInfo } from "../goplugin/reattach.ts";
export type { AttachOptions } from "./attach-options.ts";
export { type AttachedPlugin, attachPlugin, type DetachOptions } from "./attach-plugin.ts";
export {
  type GrafanaSettings,
  grafanaEnvironment,
  grafanaInheritedNames,
  type PlutonoSettings,
  plutonoEnvironment,
} from "./grafana-environment.ts";
export type { PluginHousekeeping } from "./housekeeping.ts";
export type { ConnectionOptions, HostLimits, LaunchOptions, PluginLogRecord } from "./launch-options.ts";
export { type LaunchedPlugin, launchPlugin } from "./launch-plugin.ts";
export { type ExecutablePlatform, pluginExecutable } from "./plugin-executable.ts";
export type { ExitStatus } from "./plugin-process.ts";
export type { PortRange } from "./port-range.ts";
export type { PluginState } from "./supervision/plugin-state.ts";
export type {
  CallsWhileDownOptions,
  HealthCheckOptions,
  RestartOptions,
  SuperviseOptions,
} from "./supervision/supervise-options.ts";
export { type SupervisedPlugin, supervisePlugin } from "./supervision/supervise-plugin.ts";
export type { Checksum } from "./verify-checksum.ts";
