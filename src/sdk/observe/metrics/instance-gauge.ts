import type { MetricsSource } from "./collect-metrics.ts";
import { formatMetrics } from "./format-metrics.ts";
import type { MetricRegistry } from "./metric.ts";
import { createReadGauge } from "./number-metric.ts";

/**
 * The gauge `plugins_active_instances` of the Go SDK: instances that are not disposed.
 *
 * @param read the number of instances now; asked when the metrics are collected
 * @param registry of prom-client, which then has the metric too
 */
export function instanceGauge(read: () => number, registry?: MetricRegistry): MetricsSource {
  const gauge = createReadGauge(
    { name: "plugins_active_instances", help: "Instances of data sources and apps that are in use" },
    read,
  );
  registry?.registerMetric(gauge);
  return { metrics: () => formatMetrics([gauge]) };
}
