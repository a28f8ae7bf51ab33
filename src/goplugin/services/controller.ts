import type { Client, ServiceImpl } from "@connectrpc/connect";
import type { GRPCController } from "../../../gen/es/go-plugin/plugin/grpc_controller_pb.js";

/** The controller of a plugin: `onShutdown` is called when the host asks it to end. */
export function createController(onShutdown: () => void): ServiceImpl<typeof GRPCController> {
  return {
    shutdown() {
      onShutdown();
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
