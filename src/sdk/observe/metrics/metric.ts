/** Label names and their values. */
export type Labels = Readonly<Record<string, string>>;

/** One line of a metric in the text format. */
export interface MetricSample {
  readonly value: number;
  readonly labels: Labels;
  /** The name of the line where it differs from the metric's, as `…_bucket` of a histogram. */
  readonly metricName?: string | undefined;
}

/** A metric and its samples at one moment. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly values: readonly MetricSample[];
  /** How prom-client joins the samples of several processes. */
  readonly aggregator: "sum";
}

/** A metric of this package, in the form that a registry of prom-client takes by `registerMetric`. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** The samples now. */
  collect(): MetricFamily;
  /** The same as a promise, for prom-client. */
  get(): Promise<MetricFamily>;
  /** Forgets all samples. */
  reset(): void;
}

/** A registry of prom-client, or another object that takes metrics of this form. */
export interface MetricRegistry {
  registerMetric(metric: object): void;
}

/** Name and help text of a metric. */
export interface MetricOptions {
  readonly name: string;
  readonly help: string;
}

/** The parts of a metric that follow from its samples. */
export function createMetric(
  { name, help }: MetricOptions,
  type: Metric["type"],
  samples: () => readonly MetricSample[],
  reset: () => void,
): Metric {
  const collect = (): MetricFamily => ({ name, help, type, values: samples(), aggregator: "sum" });
  return { name, help, type, collect, get: async () => collect(), reset };
}

/** State by label values. A label's value may not contain a NUL, which separates them here. */
export interface Series<State> {
  /** The state of these label values, in the order of the names. */
  of(...values: readonly string[]): State;
  list<T>(to: (state: State, labels: Labels) => T): readonly T[];
  clear(): void;
}

export function createSeries<State>(labelNames: readonly string[], make: () => State): Series<State> {
  const states = new Map<string, { readonly labels: Labels; readonly state: State }>();
  return {
    of: (...values) => {
      const key = values.join("\0");
      const known = states.get(key);
      if (known !== undefined) return known.state;
      const labels = Object.fromEntries(labelNames.map((name, index) => [name, values[index] ?? ""]));
      const state = make();
      states.set(key, { labels, state });
      return state;
    },
    list: (to) => Array.from(states.values(), ({ state, labels }) => to(state, labels)),
    clear: () => states.clear(),
  };
}
