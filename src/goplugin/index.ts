export { agreeOnMajor } from "./agree-on-major.ts";
export { agreeOnTls, answerTls, type MutualTls } from "./agree-on-tls.ts";
export {
  type Broker,
  type BrokerCallOptions,
  type BrokerEnd,
  type BrokeredConnection,
  type BrokeredServer,
  type BrokerMessage,
  type BrokerSockets,
  createBroker,
} from "./broker.ts";
export type { BrokeredAddress } from "./broker-address.ts";
export { createBrokerService, createIdleBroker, runBrokerStream } from "./broker-stream.ts";
export { createController, requestShutdown } from "./controller.ts";
export {
  formatHostEnvironment,
  type HostEnvironment,
  hostEnvironmentNames,
  parseHostEnvironment,
  unixSocketDirName,
} from "./environment.ts";
export { formatLogLine } from "./format-log-line.ts";
export {
  coreProtocolVersion,
  formatHandshakeLine,
  type HandshakeLine,
  maxHandshakeLineBytes,
  parseHandshakeLine,
} from "./handshake-line.ts";
export { createHealth, pluginHealthService } from "./health.ts";
export { type ListServicesOptions, listServices } from "./list-services.ts";
export { type LogLevel, type LogRecord, logLevels } from "./log-record.ts";
export { hasMagicCookie, type MagicCookie, magicCookieExitCode, magicCookieText } from "./magic-cookie.ts";
export { makeCertificate, type OwnCertificate } from "./make-certificate.ts";
export { negotiateMajor } from "./negotiate.ts";
export { createLogLineParser } from "./parse-log-line.ts";
export { formatServerCertificate, readClientCertificate, readServerCertificate } from "./peer-certificate.ts";
export { type HealthOptions, type HealthStatus, pingPlugin } from "./ping-plugin.ts";
export { createPluginServices, type GoPluginService } from "./plugin-services.ts";
export { type AttachInfo, formatAttachInfo, parseAttachInfo } from "./reattach.ts";
export { createReflection } from "./reflection.ts";
export { createIdleStdio, drainStdio, type StdioChunk } from "./stdio.ts";
export { createStdioBacklog, type StdioBacklog } from "./stdio-backlog.ts";
export type { TlsMode } from "./tls-mode.ts";
