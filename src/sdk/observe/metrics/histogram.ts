import { createMetric, createSeries, type Metric, type MetricOptions, type MetricSample } from "./metric.ts";

/** How often values lie at or below each of some bounds. */
export interface Histogram extends Metric {
  /** @param labelValues in the order of the label names */
  observe(value: number, ...labelValues: readonly string[]): void;
}

/** @param bounds upper bounds, ascending, without `+Inf` */
export function createHistogram(
  options: MetricOptions,
  labelNames: readonly string[],
  bounds: readonly number[],
): Histogram {
  const series = createSeries(labelNames, () => ({
    counts: new Array<number>(bounds.length + 1).fill(0),
    sum: 0,
  }));
  const samples = (): readonly MetricSample[] =>
    series
      .list(({ counts, sum }, labels) => {
        let count = 0;
        const buckets = counts.map((within, index) => {
          count += within;
          const le = index < bounds.length ? String(bounds[index]) : "+Inf";
          return { value: count, labels: { ...labels, le }, metricName: `${options.name}_bucket` };
        });
        return [
          ...buckets,
          { value: sum, labels, metricName: `${options.name}_sum` },
          { value: count, labels, metricName: `${options.name}_count` },
        ];
      })
      .flat();
  return {
    ...createMetric(options, "histogram", samples, series.clear),
    observe: (value, ...labelValues) => {
      const state = series.of(...labelValues);
      const found = bounds.findIndex((bound) => value <= bound);
      const bucket = found === -1 ? bounds.length : found;
      state.counts[bucket] = (state.counts[bucket] ?? 0) + 1;
      state.sum += value;
    },
  };
}
