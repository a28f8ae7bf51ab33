import type { TestContext } from "node:test";
import { listen } from "../../../src/transport/grpc/listen.ts";
import { implementService, type SocketAddress } from "../../../src/transport/socket-transport.ts";
import { atEnd } from "../../helpers/at-end.ts";
import { wideLimits } from "../../helpers/connected-pair.ts";
import { TestService } from "../gen/grpc/testing/test_pb.js";
import { interopService } from "./service.ts";

/** Serves the service of the cases by our own gRPC; gives the address, and closes when the test ends. */
export async function serveInterop(
  t: TestContext,
  address: SocketAddress,
  options: { readonly service?: typeof interopService; readonly compressesAnswers?: boolean } = {},
): Promise<SocketAddress> {
  const { service = interopService, compressesAnswers } = options;
  const services = [implementService(TestService, service)];
  const server = await listen({
    ...wideLimits,
    // channel_soak keeps all its connections to the end.
    maxConnections: 1000,
    address,
    services,
    compressesAnswers,
  });
  atEnd(t, () => server.close({ graceMs: 0 }));
  return server.address;
}
