import type { ListenOptions } from "../transport/socket-transport.ts";
import { maxOption } from "../whole-number-option.ts";
import type { ResolvedServeOptions } from "./serve-options.ts";

/**
 * Streams beside the plugin's own calls: health, shutdown, stdio, broker, reflection. They come through while all of
 * the plugin's own are taken, for a call above that bound is refused and its stream free again.
 */
const housekeepingStreams = 64;

/** What the options mean for each connection. */
export function connectionLimits({
  maxReceiveBytes,
  maxSendBytes,
  maxConcurrentCalls,
  maxStreamBacklogBytes,
}: ResolvedServeOptions["limits"]): Pick<
  ListenOptions,
  "maxConcurrentStreams" | "maxReceiveBytes" | "maxSendBytes" | "maxStreamBacklogBytes"
> {
  const maxConcurrentStreams = Math.min(maxOption, maxConcurrentCalls + housekeepingStreams);
  return { maxReceiveBytes, maxSendBytes, maxStreamBacklogBytes, maxConcurrentStreams };
}
