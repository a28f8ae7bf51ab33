import type { Client, ServiceImpl } from "@connectrpc/connect";
import type { GRPCController } from "../../../gen/es/go-plugin/plugin/grpc_controller_pb.js";

/**
 * The controller of a plugin: `onShutdown` is called after the host has asked the plugin to exit and has received the
 * answer. Some hosts take a frame before the answer, such as GOAWAY, for a protocol error (python-hyper/h2) or for the
 * end.
 */
export function createControllerService(onShutdown: () => void): ServiceImpl<typeof GRPCController> {
  return {
    shutdown(_request, { signal }) {
      // A call's signal is aborted when its answer is written, or when the host is gone. One turn later every transport
      // has sent the answer.
      const onAnswered = (): unknown => setImmediate(onShutdown);
      if (signal.aborted) onAnswered();
      else signal.addEventListener("abort", onAnswered, { once: true });
      return {};
    },
  };
}

/**
 * Asks a plugin to exit. Resolves when it answers, when the call fails (a Go plugin exits before it answers), when it
 * has no controller, and at the latest after `deadlineMs` (`Infinity` waits); never rejects. The caller has to wait for
 * the process to exit.
 */
export async function requestShutdown(
  client: Client<typeof GRPCController>,
  deadlineMs: number,
): Promise<void> {
  // Connect treats a timeout of 0 as no timeout.
  if (!(deadlineMs > 0)) return;
  try {
    await client.shutdown({}, { timeoutMs: deadlineMs });
  } catch {
    // Every outcome means: now wait for the process.
  }
}
