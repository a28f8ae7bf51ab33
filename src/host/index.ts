export type { DescMethod, DescService } from "@bufbuild/protobuf";
export type { CallOptions, Client, Interceptor } from "@connectrpc/connect";
export type { AttachInfo } from "../go-plugin/attach-info.ts";
export type {
  Broker,
  BrokerCallOptions,
  BrokeredConnection,
  BrokeredServer,
} from "../go-plugin/broker/broker.ts";
export type { GoPluginService } from "../go-plugin/go-plugin-service.ts";
export type { MagicCookie } from "../go-plugin/handshake/magic-cookie.ts";
export type { LogLevel, LogRecord } from "../go-plugin/log/log-record.ts";
export type { ListServicesOptions } from "../go-plugin/services/list-services.ts";
export type { HealthOptions, HealthStatus } from "../go-plugin/services/ping-plugin.ts";
export type { StdioChunk } from "../go-plugin/services/stdio.ts";
export type { TlsMode } from "../go-plugin/tls/tls-mode.ts";
export type { CallGuard, GuardedCall } from "../transport/call-guard.ts";
export type {
  ConnectionLimits,
  DialOptions,
  DialTls,
  ImplementedService,
  ListenOptions,
  ListenTls,
  MessageLimits,
  SocketAddress,
  SocketTransport,
  TransportConnection,
  TransportServer,
} from "../transport/socket-transport.ts";
export type { AttachOptions } from "./attach/attach-options.ts";
export { type AttachedCloseOptions, type AttachedPlugin, attachPlugin } from "./attach/attach-plugin.ts";
export type { ConnectedPlugin } from "./client/connected-plugin.ts";
export type { ConnectionOptions, HostLimits, LaunchOptions, PluginLogRecord } from "./launch-options.ts";
export { type LaunchedPlugin, launchPlugin, type RunningProcess } from "./launch-plugin.ts";
export { findPluginDirs } from "./plugin-dir/find-plugin-dirs.ts";
export type { PluginManifest } from "./plugin-dir/plugin-manifest.ts";
export { type PluginDir, type ReadPluginDirOptions, readPluginDir } from "./plugin-dir/read-plugin-dir.ts";
export { type ExecutablePlatform, pluginExecutable } from "./process/executable/plugin-executable.ts";
export type { Checksum } from "./process/executable/verify-checksum.ts";
export {
  type GrafanaSettings,
  grafanaEnvironment,
  grafanaInheritedNames,
  type PlutonoSettings,
  plutonoEnvironment,
} from "./process/grafana-environment.ts";
export type { ExitStatus } from "./process/plugin-process.ts";
export type { PortRange } from "./process/port-range.ts";
export type { PluginState } from "./supervision/plugin-state.ts";
export type {
  CallsWhileDownOptions,
  HealthCheckOptions,
  RestartOptions,
  SuperviseOptions,
} from "./supervision/supervise-options.ts";
export { type SupervisedPlugin, supervisePlugin } from "./supervision/supervise-plugin.ts";
