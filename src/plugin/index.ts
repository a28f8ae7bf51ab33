export type { HandlerContext, Interceptor, ServiceImpl } from "@connectrpc/connect";
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
export type { BuildInfo } from "./build-info.ts";
export { createLogger, type LogFields, type Logger, type LoggerOptions } from "./create-logger.ts";
export { type GrafanaConfig, readGrafanaConfig } from "./environment/read-grafana-config.ts";
export { type PluginEnvironment, readPluginEnvironment } from "./environment/read-plugin-environment.ts";
export type { SecureSocksProxy } from "./environment/secure-socks-proxy.ts";
export type { TextValues } from "./environment/text-values.ts";
export { type ImplementedMajor, implement } from "./implement.ts";
export type { StandaloneOptions } from "./mode/find-standalone.ts";
export type { PluginServer } from "./plugin-server.ts";
export type { PluginLimits, ServeOptions } from "./serve-options.ts";
export { servePlugin } from "./serve-plugin.ts";
