import type { SocketTransport } from "../socket-transport.ts";
import { dial } from "./dial.ts";
import { listen } from "./listen.ts";

/** gRPC with `@connectrpc/connect-node` on Node's HTTP/2. */
export const connectNodeTransport: SocketTransport = { dial, listen };
