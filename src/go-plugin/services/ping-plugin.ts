import { Code, createClient, type Transport } from "@connectrpc/connect";
import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../gen/es/go-plugin/grpc/health/v1/health_pb.js";
import { millisecondsOption, objectOption } from "../../option-checks.ts";
import { rpcErrorFrom } from "../../rpc-error.ts";
import { pluginHealthService } from "./health.ts";

/**
 * Health status of a service, in gRPC's terms: `unknown_service` if the plugin has no service of that name,
 * `unimplemented` if it has no health service, like some plugins in other languages.
 */
export type HealthStatus = "serving" | "not_serving" | "unknown" | "unknown_service" | "unimplemented";

export interface HealthOptions {
  /** Full name of a service. Default `plugin`, go-plugin's name for the plugin as a whole. */
  readonly service?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long the plugin may take, in milliseconds; `Infinity` for no limit. Default 5000. */
  readonly timeoutMs?: number | undefined;
}

/** Time limit of a health check. go-plugin has none. */
export const defaultHealthTimeoutMs = 5000;

/**
 * Pings a plugin. Any answer is a sign of life and resolves, including one that there is no health service; go-plugin's
 * `Ping` ignores the status too.
 *
 * @throws ConnectError when there is no answer: `DeadlineExceeded` if the plugin hangs, `Unavailable` if it has exited,
 *   `Canceled`. PluginError `invalid_option`.
 */
export async function pingPlugin(transport: Transport, options: HealthOptions = {}): Promise<HealthStatus> {
  const {
    service = pluginHealthService,
    signal,
    timeoutMs = defaultHealthTimeoutMs,
  } = objectOption("the options of health", options, "an object");
  millisecondsOption("timeoutMs", timeoutMs);
  try {
    const { status } = await createClient(Health, transport).check(
      { service },
      { timeoutMs, ...(signal && { signal }) },
    );
    return statusNames[status] ?? "unknown";
  } catch (reason) {
    const { code } = rpcErrorFrom(reason);
    if (code === Code.NotFound) return "unknown_service";
    if (code === Code.Unimplemented) return "unimplemented";
    throw reason;
  }
}

const statusNames: Readonly<Partial<Record<ServingStatus, HealthStatus>>> = {
  [ServingStatus.SERVING]: "serving",
  [ServingStatus.NOT_SERVING]: "not_serving",
  [ServingStatus.SERVICE_UNKNOWN]: "unknown_service",
};
