import { connectNodeTransport } from "../../src/transport/connect-node/connect-node-transport.ts";
import { grpcTransport } from "../../src/transport/grpc-transport.ts";
import type { SocketTransport } from "../../src/transport/socket-transport.ts";

/** Which transport the tests of this process are about: the default, or what TEST_TRANSPORT=connect-node asks for. */
export const testedTransport: SocketTransport =
  process.env["TEST_TRANSPORT"] === "connect-node" ? connectNodeTransport : grpcTransport;
