export { agreeOnMajor } from "./agree-on-major.ts";
export { createIdleBroker } from "./broker.ts";
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
export { type LogLevel, type LogRecord, logLevels } from "./log-record.ts";
export { hasMagicCookie, type MagicCookie, magicCookieExitCode, magicCookieText } from "./magic-cookie.ts";
export { negotiateMajor } from "./negotiate.ts";
export { createLogLineParser } from "./parse-log-line.ts";
export { createPluginServices, type GoPluginService } from "./plugin-services.ts";
export { createReflection } from "./reflection.ts";
export { createIdleStdio, drainStdio, type StdioChunk } from "./stdio.ts";
