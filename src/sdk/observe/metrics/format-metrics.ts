import type { Labels, Metric, MetricFamily } from "./metric.ts";

/**
 * Formats metrics in the text format of Prometheus, version 0.0.4. A metric without samples is left out, as in Go.
 */
export function formatMetrics(metrics: readonly Metric[]): string {
  return metrics
    .map((metric) => metric.collect())
    .filter(({ values }) => values.length > 0)
    .map(formatFamily)
    .join("");
}

function formatFamily({ name, help, type, values }: MetricFamily): string {
  const lines = values.map(
    ({ value, labels, metricName = name }) => `${metricName}${formatLabels(labels)} ${formatNumber(value)}\n`,
  );
  return `# HELP ${name} ${escapeText(help)}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function formatLabels(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  return String(value);
}

function escapeText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeValue(text: string): string {
  return escapeText(text).replaceAll('"', '\\"');
}
