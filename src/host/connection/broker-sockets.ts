import { chmod, chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PluginError } from "../../errors.ts";
import type { BrokerSockets } from "../../goplugin/broker/broker.ts";
import { groupId } from "../../goplugin/group-id.ts";
import { limitCalls } from "../../transport/limit-calls.ts";
import type { DialTls, ListenTls, SocketAddress, TransportServer } from "../../transport/socket-transport.ts";
import { callInterceptors } from "./call-interceptors.ts";
import type { HousekeepingOptions } from "./housekeeping.ts";
import { formatSocketAddress } from "./socket-address.ts";

/** The certificates of the first connection, which brokered ones use in either direction. */
export type BrokerTls = ListenTls & DialTls;

/** The host's sockets for a broker: unix sockets in a directory that others cannot enter; loopback on Windows. */
export function createBrokerSockets(
  options: Pick<
    HousekeepingOptions,
    "guard" | "interceptors" | "limits" | "socketDirectory" | "socketGroup" | "tls" | "transport"
  >,
): BrokerSockets & { readonly remove: () => Promise<void> } {
  const { transport, limits, tls } = options;
  const { maxReceiveBytes, maxSendBytes, maxStreamBacklogBytes, maxConcurrentCalls } = limits;
  const messages = { maxReceiveBytes, maxSendBytes, maxStreamBacklogBytes };
  // All brokered connections of the plugin together.
  const limitOwn = limitCalls(maxConcurrentCalls, "caller");
  const limitPlugins = limitCalls(maxConcurrentCalls, "handler");
  let made: Promise<string> | undefined;
  const freshAddress = async (): Promise<SocketAddress> => {
    if (process.platform === "win32") return { network: "tcp", host: "127.0.0.1", port: 0 };
    if (options.socketDirectory === undefined) made ??= mkdtemp(join(tmpdir(), "plugin-"));
    const directory = options.socketDirectory ?? (await made) ?? "";
    const { randomBytes } = process.getBuiltinModule("node:crypto");
    return { network: "unix", path: join(directory, `host${randomBytes(6).toString("hex")}`) };
  };
  return {
    async listen(services) {
      let address: SocketAddress | undefined;
      try {
        address = await freshAddress();
        const server = await transport.listen({
          ...messages,
          maxConcurrentStreams: maxConcurrentCalls,
          address,
          services,
          interceptors: [limitPlugins],
          tls,
        });
        if (address.network === "unix") await permit(address.path, options.socketGroup).catch(close(server));
        return server;
      } catch (cause) {
        const where = address === undefined ? `a directory in ${tmpdir()}` : formatSocketAddress(address);
        const message = cause instanceof Error ? cause.message : String(cause);
        throw new PluginError(
          "listen_failed",
          `the host cannot serve a brokered connection at ${where}: ${message}`,
          { cause },
        );
      }
    },
    dial: (address, signal) =>
      transport.dial({
        ...messages,
        address,
        tls,
        interceptors: callInterceptors(options.interceptors, limitOwn, options.guard),
        signal,
      }),
    async remove() {
      const directory = await made?.catch(() => undefined);
      if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The directory may be one that was given, with permissions of its own. */
async function permit(path: string, group: string | undefined): Promise<void> {
  if (group !== undefined) {
    const id = groupId(group);
    if (id === undefined) throw new Error(`there is no group "${group}": give its number`);
    await chown(path, -1, id);
  }
  await chmod(path, group === undefined ? 0o600 : 0o660);
}

/** Gives up a server that cannot be used, and says why. */
function close(server: TransportServer): (reason: unknown) => Promise<never> {
  return async (reason) => {
    await server.close();
    throw reason;
  };
}
