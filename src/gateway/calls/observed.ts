import { Code, ConnectError } from "@connectrpc/connect";
import type { GatewayCore } from "../gateway-core.ts";
import type { RequestTrace } from "../observe/request-trace.ts";
import { errorWithoutSecrets } from "./error-without-secrets.ts";
import { secretsOf } from "./secrets-of.ts";
import type { Target } from "./target.ts";

/**
 * Makes a call of a plugin together with those of other requests, and counts its outcome.
 *
 * @throws what the call throws, without the secrets that the plugin was sent with it
 */
export async function observed<T>(
  { metrics, inFlight, turnEnd }: GatewayCore,
  { slot: { info }, source }: Target,
  endpoint: string,
  call: () => Promise<T>,
): Promise<T> {
  // Both may be replaced while the call runs, and nobody knows these secrets then.
  const { app } = info;
  if (inFlight() > 1) await turnEnd();
  try {
    const answer = await call();
    metrics.called(info.id, endpoint, "ok");
    return answer;
  } catch (error) {
    metrics.called(info.id, endpoint, statusOf(error));
    throw errorWithoutSecrets(error, secretsOf({ app }, source));
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
