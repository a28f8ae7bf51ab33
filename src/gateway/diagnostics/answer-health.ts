import { Code, ConnectError } from "@connectrpc/connect";
import {
  type CheckHealthResponse,
  CheckHealthResponse_HealthStatus as Health,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { respellJson } from "../../compat/go-json.ts";
import { forwardedHeaders } from "../calls/forwarded-headers.ts";
import { observed, traceHeaders } from "../calls/observed.ts";
import { pluginFailure, withoutSecrets } from "../calls/plugin-failure.ts";
import { v2ClientOf } from "../calls/plugin-of.ts";
import { secretsOf } from "../calls/secrets-of.ts";
import type { Target } from "../calls/target.ts";
import type { GatewayCore } from "../gateway-core.ts";
import type { RouteCall } from "../http/route.ts";

/** The health of a data source or plugin. */
export interface HealthAnswer {
  /** 200 for OK; else 400, or 503 in Plutono's style. */
  readonly httpStatus: number;
  readonly status: "ERROR" | "OK" | "UNKNOWN";
  readonly message: string;
  /** JSON of an object; `undefined` where the plugin gave none. */
  readonly details: string | undefined;
}

/** Checks the health. @throws HttpFailure for a call that failed */
export async function checkHealth(core: GatewayCore, call: RouteCall, target: Target): Promise<HealthAnswer> {
  const { slot, source } = target;
  const { app } = slot.info;
  const { style } = core.settings;
  const failedStatus = style === "plutono" ? 503 : 400;
  try {
    const answer = await observed(core, target, "checkHealth", async () => {
      const client = await v2ClientOf(slot, core);
      return client.diagnostics.checkHealth(
        { pluginContext: core.contextOf(call, slot.info, source), headers: forwardedHeaders(call, source) },
        { signal: call.signal, headers: traceHeaders(call.trace) },
      );
    });
    const status = statusOf(answer);
    return {
      httpStatus: status === "OK" ? 200 : failedStatus,
      status,
      message: withoutSecrets(answer.message, secretsOf({ app }, source)),
      details: detailsOf(answer),
    };
  } catch (error) {
    if (!(error instanceof ConnectError) || error.code !== Code.Unimplemented)
      throw pluginFailure(error, style);
    const message = "Health check not implemented";
    return { httpStatus: failedStatus, status: "UNKNOWN", message, details: undefined };
  }
}

function statusOf({ status }: CheckHealthResponse): HealthAnswer["status"] {
  return status === Health.OK ? "OK" : status === Health.ERROR ? "ERROR" : "UNKNOWN";
}

/** Hosts fail for details that are not a JSON object; here they are left out. */
function detailsOf({ jsonDetails }: CheckHealthResponse): string | undefined {
  if (jsonDetails.length === 0) return undefined;
  const text = respellJson(new TextDecoder().decode(jsonDetails));
  return text?.startsWith("{") === true ? text : undefined;
}
