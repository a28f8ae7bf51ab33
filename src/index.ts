export {
  type CallOptions,
  type Client,
  Code,
  ConnectError,
  type HandlerContext,
  type Interceptor,
  type ServiceImpl,
} from "@connectrpc/connect";
export { PluginError, type PluginErrorCode, type PluginErrorDetails, printableText } from "./errors.ts";
export type {
  CheckedMajor,
  CheckedMajors,
  PluginClient,
  PluginImpl,
  ProtocolMajor,
  ReservedServiceKey,
  ServiceOfMajor,
  ServicesByKey,
} from "./protocol.ts";
export { grafanaCookie } from "./protocol.ts";
