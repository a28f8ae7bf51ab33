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

/** What is counted of a route. */
interface RouteCounts {
  /** Answers by method and status. */
  readonly answers: Map<string, Map<number, number>>;
  /** By bound: what is above the one before. */
  readonly buckets: number[];
  sum: number;
  count: number;
}

const prefix = "grafana_plugin_gateway_";

/** Label values come from routes, methods and plugins that are known, so that their number is bounded. */
export function createMetrics(): Metrics {
  // Texts are made when metrics are read, not for each request.
  const routes = new Map<string, RouteCounts>();
  /** By plugin, endpoint and status. */
  const calls = new Map<string, Map<string, Map<string, number>>>();
  return {
    answered: (route, method, status, seconds) => {
      const known = methods.has(method) ? method : "other";
      const counts = getOrMake(routes, route, newRouteCounts);
      add(getOrMake(counts.answers, known, newMap<number, number>), status);
      counts.sum += seconds;
      counts.count++;
      let bucket = 0;
      while (bucket < bounds.length && seconds > (bounds[bucket] as number)) bucket++;
      if (bucket < bounds.length) counts.buckets[bucket] = (counts.buckets[bucket] as number) + 1;
    },
    called: (pluginId, endpoint, status) => {
      const ofPlugin = getOrMake(calls, pluginId, newMap<string, Map<string, number>>);
      add(getOrMake(ofPlugin, endpoint, newMap<string, number>), status);
    },
    write: (gauges) =>
      [
        head("http_requests_total", "counter", "Requests answered."),
        ...lines("http_requests_total", requestCounts(routes)),
        head("http_request_duration_seconds", "histogram", "Time until the first byte of an answer."),
        ...[...routes].flatMap(([route, counts]) => histogramLines(formatLabels({ route }), counts)),
        head("plugin_calls_total", "counter", "Calls of plugins, by outcome."),
        ...lines("plugin_calls_total", callCounts(calls)),
        ...gauges.flatMap(({ name, help, type, values }) => [
          head(name, type, help),
          ...lines(name, new Map(values.map(([labels, value]) => [formatLabels(labels), value]))),
        ]),
        "",
      ].join("\n"),
  };
}

function newRouteCounts(): RouteCounts {
  return { answers: new Map(), buckets: bounds.map(() => 0), sum: 0, count: 0 };
}

function newMap<K, V>(): Map<K, V> {
  return new Map();
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Numbers of requests by their labels. */
function requestCounts(routes: ReadonlyMap<string, RouteCounts>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [route, { answers }] of routes) {
    for (const [method, byStatus] of answers) {
      for (const [code, count] of byStatus)
        counts.set(formatLabels({ code: `${code}`, method, route }), count);
    }
  }
  return counts;
}

/** Numbers of calls by their labels. */
function callCounts(
  calls: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>>,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [pluginId, endpoints] of calls) {
    for (const [endpoint, byStatus] of endpoints) {
      for (const [status, count] of byStatus) {
        counts.set(formatLabels({ endpoint, plugin_id: pluginId, status }), count);
      }
    }
  }
  return counts;
}

const methods = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);

function head(name: string, type: string, help: string): string {
  return `# HELP ${prefix}${name} ${help}\n# TYPE ${prefix}${name} ${type}`;
}

function lines(name: string, values: ReadonlyMap<string, number>): readonly string[] {
  return [...values].map(([labels, value]) => `${prefix}${name}${labels} ${value}`);
}

function histogramLines(labels: string, { buckets, sum, count }: RouteCounts): readonly string[] {
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
