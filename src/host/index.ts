export type { LogLevel } from "../goplugin/log-record.ts";
export type { HostLimits, LaunchOptions, PluginLogRecord } from "./launch-options.ts";
export { type LaunchedPlugin, launchPlugin } from "./launch-plugin.ts";
export type { ExitStatus } from "./plugin-process.ts";
