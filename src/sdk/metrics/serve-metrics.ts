import { methodsOption } from "../../option-checks.ts";
import type { PluginImpl } from "../../protocol.ts";
import type { V2 } from "../../v2/v2.ts";

/** What has metrics in the text format of Prometheus, such as the `Registry` of prom-client. */
export interface MetricsSource {
  metrics(): string | Promise<string>;
}

/** The handler `collectMetrics` of the service `diagnostics`. */
export type MetricsHandlers = Required<Pick<NonNullable<PluginImpl<V2>["diagnostics"]>, "collectMetrics">>;

/**
 * Answers `collectMetrics`, those of the whole process.
 *
 * @throws PluginError `invalid_option`
 */
export function serveMetrics(source: MetricsSource): MetricsHandlers {
  methodsOption(
    "metrics",
    source,
    ["metrics"],
    "an object with metrics(), such as a Registry of prom-client",
  );
  return {
    async collectMetrics() {
      const text: unknown = await source.metrics();
      if (typeof text !== "string") {
        throw new TypeError(`metrics: expected a text of metrics(), got a ${typeof text}`);
      }
      return { metrics: { prometheus: new TextEncoder().encode(text) } };
    },
  };
}
