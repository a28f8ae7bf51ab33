import type { CallObserver } from "../call-observer.ts";
import type { MetricsSource } from "./collect-metrics.ts";
import { formatMetrics } from "./format-metrics.ts";
import type { MetricRegistry } from "./metric.ts";
import { createNumberMetric } from "./number-metric.ts";

/**
 * Counts calls as the Go SDK: `grafana_plugin_request_total` by `endpoint`, `status` (`ok`, `cancelled`, `error`) and
 * `status_source` (`plugin`, `downstream`), so that dashboards for plugins in Go work.
 *
 * @param registry of prom-client, which then has the metric too. Default: none; `metrics()` of the result has its text.
 */
export function requestMetrics(registry?: MetricRegistry): CallObserver & MetricsSource {
  const total = createNumberMetric(
    { name: "grafana_plugin_request_total", help: "Calls that the plugin has answered" },
    "counter",
    ["endpoint", "status", "status_source"],
  );
  registry?.registerMetric(total);
  return {
    onEnd: ({ endpoint }, { status, source }) => total.add(1, endpoint, status, source),
    metrics: () => formatMetrics([total]),
  };
}
