import { createMetric, createSeries, type Metric, type MetricOptions, type MetricSample } from "./metric.ts";

/** A number by label values: a counter, or a gauge that its owner sets. */
export interface NumberMetric extends Metric {
  /** @param labelValues in the order of the label names */
  add(amount: number, ...labelValues: readonly string[]): void;
  /** @param labelValues in the order of the label names */
  set(value: number, ...labelValues: readonly string[]): void;
}

/** Makes a metric of numbers that its owner adds to or sets. */
export function createNumberMetric(
  options: MetricOptions,
  type: "counter" | "gauge",
  labelNames: readonly string[],
): NumberMetric {
  const series = createSeries(labelNames, () => ({ value: 0 }));
  const samples = () => series.list(({ value }, labels) => ({ value, labels }));
  return {
    ...createMetric(options, type, samples, series.clear),
    add: (amount, ...labelValues) => {
      series.of(...labelValues).value += amount;
    },
    set: (value, ...labelValues) => {
      series.of(...labelValues).value = value;
    },
  };
}

/** Makes a gauge without labels whose value is read when the metrics are collected; without a sample where that throws. */
export function createReadGauge(options: MetricOptions, read: () => number): Metric {
  const samples = (): readonly MetricSample[] => {
    try {
      return [{ value: read(), labels: {} }];
    } catch {
      return [];
    }
  };
  return createMetric(options, "gauge", samples, () => {});
}
