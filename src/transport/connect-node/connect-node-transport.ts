import type { SocketTransport } from "../socket-transport.ts";
import { dial } from "./dial.ts";
import { listen } from "./listen.ts";

/** gRPC by `@connectrpc/connect-node` on Node's own HTTP/2. */
export const connectNodeTransport: SocketTransport = { dial, listen };
