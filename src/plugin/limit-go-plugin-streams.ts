import { goPluginServices } from "../go-plugin/services/go-plugin-services.ts";
import type { CallGuard } from "../transport/call-guard.ts";
import { limitRunning } from "../transport/limit-calls.ts";

/** Streams of each of go-plugin's services. A host has one each of stdio and of the broker. */
const leastStreams = 64;

/**
 * Limits the open streams of each of go-plugin's services, over all connections of a plugin: of stdio, of the broker,
 * of reflection and of watchers of health. Without a limit their number would be that of the connection's streams, on
 * each connection. One more is refused with RESOURCE_EXHAUSTED. The limits are separate, so that watchers of health keep
 * no host from the plugin's output. Unary calls have none, because they end at once: a host can always end its plugin.
 *
 * @param maxConnections of the plugin: each connection may have one stream of each service
 */
export function limitGoPluginStreams(maxConnections: number): readonly CallGuard[] {
  const max = Math.max(leastStreams, maxConnections);
  return goPluginServices.map(({ typeName }) => ({
    ...limitRunning(
      max,
      "handler",
      `${max} streams of ${typeName} are open already: wait until one of them ends`,
    ),
    isFor: ({ methodKind, parent }) => methodKind !== "unary" && parent.typeName === typeName,
  }));
}
