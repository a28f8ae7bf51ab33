/** Counters and gauges of a gateway, as Prometheus text. */
export interface Metrics {
  /** Counts an answered request. */
  readonly answered: (route: string, method: string, status: number, seconds: number) => void;
  /** Counts a call of a plugin. */
  readonly called: (pluginId: string, endpoint: string, status: string) => void;
  /** @param gauges values of this moment: lines in Prometheus text */
  readonly write: (gauges: readonly Gauge[]) => string;
}

/** Values that are read when they are asked for. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly values: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

/** Upper bounds of the buckets, in seconds. */
const bounds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30];

interface Histogram {
  /** By bound: what is above the one before. */
  readonly buckets: number[];
  sum: number;
  count: number;
}

const prefix = "grafana_plugin_gateway_";

/** Separates the values of labels in a key; no route, method or id has it. */
const separator = "\n";

/** Label values come from routes, methods and plugins that are known, so that their number is bounded. */
export function createMetrics(): Metrics {
  // Texts are made when metrics are read, not for each request.
  const requests = new Map<string, number>();
  const durations = new Map<string, Histogram>();
  const calls = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  return {
    answered: (route, method, status, seconds) => {
      const known = methods.has(method) ? method : "other";
      count(requests, status + separator + known + separator + route);
      let histogram = durations.get(route);
      if (histogram === undefined) {
        histogram = { buckets: bounds.map(() => 0), sum: 0, count: 0 };
        durations.set(route, histogram);
      }
      histogram.sum += seconds;
      histogram.count++;
      const bucket = bounds.findIndex((bound) => seconds <= bound);
      if (bucket !== -1) histogram.buckets[bucket] = (histogram.buckets[bucket] ?? 0) + 1;
    },
    called: (pluginId, endpoint, status) => {
      count(calls, endpoint + separator + pluginId + separator + status);
    },
    write: (gauges) =>
      [
        head("http_requests_total", "counter", "Requests answered."),
        ...lines("http_requests_total", labelled(["code", "method", "route"], requests)),
        head("http_request_duration_seconds", "histogram", "Time until the first byte of an answer."),
        ...[...durations].flatMap(([route, histogram]) => histogramLines(formatLabels({ route }), histogram)),
        head("plugin_calls_total", "counter", "Calls of plugins, by outcome."),
        ...lines("plugin_calls_total", labelled(["endpoint", "plugin_id", "status"], calls)),
        ...gauges.flatMap(({ name, help, type, values }) => [
          head(name, type, help),
          ...lines(name, new Map(values.map(([labels, value]) => [formatLabels(labels), value]))),
        ]),
        "",
      ].join("\n"),
  };
}

function labelled(names: readonly string[], counts: ReadonlyMap<string, number>): Map<string, number> {
  return new Map(
    [...counts].map(([key, value]) => {
      const values = key.split(separator);
      return [
        formatLabels(Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]))),
        value,
      ];
    }),
  );
}

const methods = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);

function head(name: string, type: string, help: string): string {
  return `# HELP ${prefix}${name} ${help}\n# TYPE ${prefix}${name} ${type}`;
}

function lines(name: string, values: ReadonlyMap<string, number>): readonly string[] {
  return [...values].map(([labels, value]) => `${prefix}${name}${labels} ${value}`);
}

function histogramLines(labels: string, { buckets, sum, count }: Histogram): readonly string[] {
  const name = `${prefix}http_request_duration_seconds`;
  const inner = labels.slice(1, -1);
  let below = 0;
  return [
    ...bounds.map((bound, index) => {
      below += buckets[index] ?? 0;
      return `${name}_bucket{${inner},le="${bound}"} ${below}`;
    }),
    `${name}_bucket{${inner},le="+Inf"} ${count}`,
    `${name}_sum${labels} ${sum}`,
    `${name}_count${labels} ${count}`,
  ];
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return "";
  return `{${entries.map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`).join(",")}}`;
}

function escaped(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}
