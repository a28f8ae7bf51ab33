export {
  createGateway,
  type Gateway,
  type GatewayDataSourceState,
  type GatewayPluginState,
} from "./create-gateway.ts";
export type {
  AnyPluginClient,
  ApiStyle,
  GatewayAppSettings,
  GatewayDataSource,
  GatewayLaunchOptions,
  GatewayLimits,
  GatewayLogRecord,
  GatewayOptions,
  GatewayPlugin,
  GatewayUser,
} from "./gateway-options.ts";
export type { GatewayLive } from "./live/gateway-live.ts";
export type { GatewayLiveOptions } from "./live/live-options.ts";
export type { LiveConnection, LiveSocket } from "./live/web-socket/accept-socket.ts";
export type { Provisioning, ReadProvisioningOptions } from "./provisioning/provisioning.ts";
export { readProvisioning } from "./provisioning/read-provisioning.ts";
export { type GatewayServer, serveGateway } from "./server/serve-gateway.ts";
export type { GatewayConnectionLimits, GatewayServerOptions } from "./server/server-options.ts";
