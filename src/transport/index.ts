export { connectNodeTransport } from "./connect-node/connect-node-transport.ts";
export {
  type DialOptions,
  type ListenOptions,
  type MessageLimits,
  type ServedService,
  type SocketAddress,
  type SocketTransport,
  servedService,
  type TransportConnection,
  type TransportServer,
} from "./socket-transport.ts";
