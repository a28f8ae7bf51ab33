import { join } from "node:path";
import type { TestContext } from "node:test";
import type {
  DialOptions,
  ImplementedService,
  ListenOptions,
  SocketAddress,
  TransportConnection,
  TransportServer,
} from "../../src/transport/socket-transport.ts";
import { atEnd } from "./at-end.ts";
import { privateTmp } from "./private-tmp.ts";
import { testedTransport } from "./tested-transport.ts";

/** Limits that no test reaches unless it means to. */
export const wideLimits = { maxReceiveBytes: 2 ** 31 - 1, maxSendBytes: 2 ** 31 - 1 };

/** A fresh address of either kind; the unix one is in a directory that the test checks and removes. */
export async function freshAddress(t: TestContext, network: "unix" | "tcp" = "unix"): Promise<SocketAddress> {
  if (network === "tcp") return { network, host: "127.0.0.1", port: 0 };
  return { network, path: join((await privateTmp(t)).path, "socket") };
}

/** Listens; closes when the test ends. */
export async function listening(
  t: TestContext,
  address: SocketAddress,
  services: readonly ImplementedService[],
  options: Partial<ListenOptions> = {},
): Promise<TransportServer> {
  const server = await testedTransport.listen({ ...wideLimits, ...options, address, services });
  atEnd(t, () => server.close({ graceMs: 0 }));
  return server;
}

/** Dials; closes when the test ends. */
export async function dialled(
  t: TestContext,
  address: SocketAddress,
  options: Partial<DialOptions> = {},
): Promise<TransportConnection> {
  const connection = await testedTransport.dial({ ...wideLimits, ...options, address });
  atEnd(t, () => connection.close());
  return connection;
}

/** A server with `services` and a connection to it, over a unix socket unless said otherwise. */
export async function connectedPair(
  t: TestContext,
  services: readonly ImplementedService[],
  options: {
    readonly network?: "unix" | "tcp";
    readonly listen?: Partial<ListenOptions>;
    readonly dial?: Partial<DialOptions>;
  } = {},
): Promise<{ readonly server: TransportServer; readonly connection: TransportConnection }> {
  const server = await listening(t, await freshAddress(t, options.network), services, options.listen);
  return { server, connection: await dialled(t, server.address, options.dial) };
}
