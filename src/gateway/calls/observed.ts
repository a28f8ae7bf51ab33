import { Code, ConnectError } from "@connectrpc/connect";
import type { GatewayCore } from "../gateway-core.ts";
import type { RequestTrace } from "../observe/request-trace.ts";
import type { PluginSlot } from "../plugins/plugin-slot.ts";

/** Makes a call of a plugin together with those of other requests, and counts its outcome. */
export async function observed<T>(
  { metrics, inFlight, turnEnd }: GatewayCore,
  { info }: PluginSlot,
  endpoint: string,
  call: () => Promise<T>,
): Promise<T> {
  if (inFlight() > 1) await turnEnd();
  try {
    const answer = await call();
    metrics.called(info.id, endpoint, "ok");
    return answer;
  } catch (error) {
    metrics.called(info.id, endpoint, statusOf(error));
    throw error;
  }
}

/** As the Go SDK names outcomes in its metrics. */
function statusOf(error: unknown): string {
  return error instanceof ConnectError && error.code === Code.Canceled ? "cancelled" : "error";
}

/** The metadata of a call of a plugin: its trace. */
export function traceHeaders({ traceparent, tracestate }: RequestTrace): Record<string, string> {
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}
