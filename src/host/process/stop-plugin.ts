import type { Transport } from "@connectrpc/connect";
import { GRPCController } from "../../../gen/es/go-plugin/plugin/grpc_controller_pb.js";
import { requestShutdown } from "../../go-plugin/services/controller.ts";
import { createServiceClient } from "../client/create-plugin-client.ts";
import { waitAtMost } from "../wait-at-most.ts";
import type { PluginProcess } from "./plugin-process.ts";

/**
 * Stops a plugin in the steps of go-plugin, with the deadline on Shutdown that go-plugin lacks: a plugin that accepts
 * the call and never answers would hang the host.
 */
export async function stopPlugin(child: PluginProcess, transport: Transport, graceMs: number): Promise<void> {
  if (child.status() === undefined) {
    const controller = createServiceClient(GRPCController, transport);
    // A call that loses its connection has no outcome before the end of the process, which may never come by itself.
    await Promise.race([waitAtMost(requestShutdown(controller, graceMs), graceMs), child.exited]);
    await waitAtMost(child.exited, graceMs);
  }
  child.kill();
  await child.exited;
}
