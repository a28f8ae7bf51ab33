export type { DescService, Message } from "@bufbuild/protobuf";
export type { GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
export type { EmptyJson } from "@bufbuild/protobuf/wkt";
export type { Client, ServiceImpl, Transport } from "@connectrpc/connect";
export type {
  HealthCheckRequest,
  HealthCheckResponse,
  HealthCheckResponse_ServingStatus,
  HealthListRequest,
  HealthListResponse,
} from "../../gen/es/go-plugin/grpc/health/v1/health_pb.js";
export type { ConnInfo, ConnInfo_Knock } from "../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
export type { Empty } from "../../gen/es/go-plugin/plugin/grpc_controller_pb.js";
export type { StdioData, StdioData_Channel } from "../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
export { type AttachInfo, formatAttachInfo, parseAttachInfo } from "./attach-info.ts";
export {
  type Broker,
  type BrokerCallOptions,
  type BrokeredConnection,
  type BrokeredServer,
  type BrokerSide,
  type BrokerSockets,
  createBroker,
} from "./broker/broker.ts";
export type { BrokeredAddress } from "./broker/broker-address.ts";
export type { BrokerMessage } from "./broker/broker-message.ts";
export { createBrokerService, createIdleBrokerService, runBrokerStream } from "./broker/broker-stream.ts";
export type { GoPluginService } from "./go-plugin-service.ts";
export { chooseMajor } from "./handshake/choose-major.ts";
export {
  formatHostEnvironment,
  type HostEnvironment,
  hostEnvironmentNames,
  parseHostEnvironment,
  unixSocketDirName,
} from "./handshake/environment.ts";
export { findChosenMajor } from "./handshake/find-chosen-major.ts";
export {
  coreProtocolVersion,
  formatHandshakeLine,
  type HandshakeLine,
  maxHandshakeLineBytes,
  parseHandshakeLine,
} from "./handshake/handshake-line.ts";
export {
  hasMagicCookie,
  type MagicCookie,
  magicCookieExitCode,
  magicCookieText,
} from "./handshake/magic-cookie.ts";
export { formatLogLine } from "./log/format-log-line.ts";
export { type LogLevel, type LogRecord, logLevels } from "./log/log-record.ts";
export { createLogLineParser } from "./log/parse-log-line.ts";
export { createControllerService, requestShutdown } from "./services/controller.ts";
export { createHealthService, pluginHealthService } from "./services/health.ts";
export { type ListServicesOptions, listServices } from "./services/list-services.ts";
export { type HealthOptions, type HealthStatus, pingPlugin } from "./services/ping-plugin.ts";
export { createPluginServices } from "./services/plugin-services.ts";
export { createReflectionService, type ReflectionHandlers } from "./services/reflection.ts";
export { createIdleStdioService, drainStdio, type StdioChunk } from "./services/stdio.ts";
export { createStdioBacklog, type StdioBacklog } from "./services/stdio-backlog.ts";
export type { CertificateKey, OwnCertificate } from "./tls/build-certificate.ts";
export { makeCertificate } from "./tls/make-certificate.ts";
export { makePluginTls } from "./tls/make-plugin-tls.ts";
export type { MutualTls } from "./tls/mutual-tls.ts";
export {
  formatServerCertificate,
  readClientCertificate,
  readServerCertificate,
} from "./tls/peer-certificate.ts";
export { resolveHostTls } from "./tls/resolve-host-tls.ts";
export type { TlsMode } from "./tls/tls-mode.ts";
