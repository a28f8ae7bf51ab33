export type { CallGuard, GuardedCall } from "./call-guard.ts";
export type { CorsOptions } from "./connect-node/allow-origins.ts";
export { connectNodeTransport } from "./connect-node/connect-node-transport.ts";
export {
  createRequestListener,
  type RequestListener,
  type RequestListenerOptions,
} from "./connect-node/request-listener.ts";
export { grpcTransport } from "./grpc-transport.ts";
export {
  type ConnectionLimits,
  type DialOptions,
  type DialTls,
  type ImplementedService,
  implementService,
  type ListenOptions,
  type ListenTls,
  type MessageLimits,
  type SocketAddress,
  type SocketTransport,
  type TransportConnection,
  type TransportServer,
} from "./socket-transport.ts";
