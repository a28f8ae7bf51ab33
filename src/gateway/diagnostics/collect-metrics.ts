import { observed, traceHeaders } from "../calls/observed.ts";
import { pluginFailure } from "../calls/plugin-failure.ts";
import { v2ClientOf } from "../calls/plugin-of.ts";
import type { Target } from "../calls/target.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { textAnswer } from "../http/answers.ts";
import type { Answer } from "../http/http-call.ts";
import type { RouteCall } from "../http/route.ts";

/** The metrics of a plugin, as it wrote them. @throws HttpFailure */
export async function collectMetrics(core: GatewayCore, call: RouteCall, target: Target): Promise<Answer> {
  const { slot, source } = target;
  try {
    const { metrics } = await observed(core, target, "collectMetrics", async () => {
      const client = await v2ClientOf(slot, core);
      return client.diagnostics.collectMetrics(
        { pluginContext: core.contextOf(call, slot.info, source) },
        { signal: call.signal, headers: traceHeaders(call.trace) },
      );
    });
    return textAnswer(200, metrics?.prometheus ?? "");
  } catch (error) {
    throw pluginFailure(error, core.settings.style);
  }
}
