import type { ConnectionLimits, ListenOptions, MessageLimits } from "../transport/socket-transport.ts";
import { maxOption } from "../whole-number-option.ts";
import type { ResolvedServeOptions } from "./serve-options.ts";

/**
 * Streams beside the plugin's own calls: health, shutdown, stdio, broker, reflection. They come through while all of
 * the plugin's own are taken, for a call above that bound is refused and its stream free again.
 */
const housekeepingStreams = 64;

/** What the options mean for each connection. */
export function connectionLimits({
  maxConcurrentCalls,
  maxStdioBacklogBytes: _,
  ...limits
}: ResolvedServeOptions["limits"]): MessageLimits &
  ConnectionLimits &
  Pick<ListenOptions, "maxConcurrentStreams" | "maxConnections"> {
  const maxConcurrentStreams = Math.min(maxOption, maxConcurrentCalls + housekeepingStreams);
  return { ...limits, maxConcurrentStreams };
}
