import { dial } from "./grpc/dial.ts";
import { listen } from "./grpc/listen.ts";
import type { SocketTransport } from "./socket-transport.ts";

/** gRPC on our own HTTP/2, over `node:net` and `node:tls`. */
export const grpcTransport: SocketTransport = { dial, listen };
