import type { ConnectionLimits, ListenOptions, MessageLimits } from "../transport/socket-transport.ts";
import { maxInt32 } from "../whole-number-option.ts";
import type { ResolvedServeOptions } from "./serve-options.ts";

/**
 * Streams reserved for go-plugin's services: health, shutdown, stdio, broker, reflection. They work even at the bound
 * of the plugin's own calls, because a call above that bound is refused and frees its stream.
 */
const streamsForBuiltIns = 64;

/** The limits of each connection, from the options. */
export function connectionLimits({
  maxConcurrentCalls,
  maxStdioBacklogBytes: _,
  ...limits
}: ResolvedServeOptions["limits"]): MessageLimits &
  ConnectionLimits &
  Pick<ListenOptions, "maxConcurrentStreams" | "maxConnections"> {
  const maxConcurrentStreams = Math.min(maxInt32, maxConcurrentCalls + streamsForBuiltIns);
  return { ...limits, maxConcurrentStreams };
}
