import type { ConnectionLimits, MessageLimits } from "./socket-transport.ts";

/** A host has one connection to its plugin, and a debugger may have another; many more are a bug or an attack. */
export const defaultMaxConnections = 64;

const leastConnectionBytes = 512 * 2 ** 20;

/** The budget of a connection: by default 512 MiB, or two messages of the largest size if that is more. */
export function connectionBytes({
  maxConnectionBytes,
  maxReceiveBytes,
}: Pick<ConnectionLimits, "maxConnectionBytes"> & Pick<MessageLimits, "maxReceiveBytes">): number {
  return maxConnectionBytes ?? Math.min(Math.max(leastConnectionBytes, 2 * maxReceiveBytes), 2 ** 31 - 1);
}
