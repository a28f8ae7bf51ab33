import { Code } from "@connectrpc/connect";
import { goPluginServices } from "../go-plugin/services/go-plugin-services.ts";
import { rpcError } from "../rpc-error.ts";
import type { CallGuard } from "../transport/call-guard.ts";

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
export function limitGoPluginStreams(maxConnections: number): CallGuard {
  const max = Math.max(leastStreams, maxConnections);
  const open = new Map(goPluginServices.map(({ typeName }) => [typeName, 0]));
  return {
    side: "handler",
    isFor: ({ methodKind, parent }) => methodKind !== "unary" && open.has(parent.typeName),
    onBegin: ({ method: { parent } }) => {
      const count = open.get(parent.typeName) ?? 0;
      if (count >= max) {
        throw rpcError(
          `${max} streams of ${parent.typeName} are open already: wait until one of them ends`,
          Code.ResourceExhausted,
        );
      }
      open.set(parent.typeName, count + 1);
    },
    onEnd: ({ method: { parent } }, error) => {
      open.set(parent.typeName, (open.get(parent.typeName) ?? 0) - 1);
      return error;
    },
  };
}
