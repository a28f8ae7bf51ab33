import type { Client, ServiceImpl } from "@connectrpc/connect";
import type { GRPCController } from "../../../gen/es/go-plugin/plugin/grpc_controller_pb.js";

/**
 * The controller of a plugin: `onShutdown` is called when the host asks it to end, and has the answer. What comes before it,
 * such as GOAWAY, some hosts take for a protocol error (python-hyper/h2) or for the end.
 */
export function createController(onShutdown: () => void): ServiceImpl<typeof GRPCController> {
  return {
    shutdown(_request, { signal }) {
      // A call's signal is aborted when its answer is written, or when the host has gone. A turn later the answer is on its way,
      // whatever the transport.
      const onAnswered = (): unknown => setImmediate(onShutdown);
      if (signal.aborted) onAnswered();
      else signal.addEventListener("abort", onAnswered, { once: true });
      return {};
    },
  };
}

/**
 * Asks a plugin to end. Resolves when it answered, when it did not (a Go plugin ends before it
 * answers), when it has no controller, and at the latest after `deadlineMs`, `Infinity` waits; never
 * rejects. What counts is whether the process ends.
 */
export async function requestShutdown(
  client: Client<typeof GRPCController>,
  deadlineMs: number,
): Promise<void> {
  // To Connect, a timeout of 0 is none.
  if (!(deadlineMs > 0)) return;
  try {
    await client.shutdown({}, { timeoutMs: deadlineMs });
  } catch {
    // Every outcome means: now wait for the process.
  }
}
