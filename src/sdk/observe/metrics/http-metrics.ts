import { type FetchEvent, labelText, methodLabel } from "../../http/fetch-events.ts";
import type { MetricsSource } from "./collect-metrics.ts";
import { formatMetrics } from "./format-metrics.ts";
import { createHistogram } from "./histogram.ts";
import type { MetricRegistry } from "./metric.ts";
import { createNumberMetric } from "./number-metric.ts";

/** An outgoing HTTP request for a data source. */
export interface HttpRequestFacts {
  /** The type of the data source: the plugin's id. Characters that a label of the Go SDK lacks are left out. */
  readonly dataSourceType: string;
  /** The HTTP method, in any case. */
  readonly method: string;
  /** Whether the request goes through Grafana's secure SOCKS proxy. Default `false`. */
  readonly usesSecureSocks?: boolean | undefined;
  /** The endpoint of the call that the request belongs to. Default empty. */
  readonly endpoint?: string | undefined;
}

/** A request in flight. Each function may be called once; `onEnd` must be. */
export interface HttpRequestMetrics {
  /** The status and headers have arrived. */
  onResponse(code: number): void;
  /** The body was read to its end, or left. */
  onBody(bytes: number): void;
  /** The headers have arrived, or the request has failed without them. */
  onEnd(): void;
}

/** Metrics of outgoing HTTP requests. */
export interface HttpMetrics extends MetricsSource {
  /** For `createFetch`, which then measures its requests: `createFetch(settings, { onEvent: http.onEvent })`. */
  readonly onEvent: (event: FetchEvent) => void;
  /** For any other HTTP client. */
  onRequest(request: HttpRequestFacts): HttpRequestMetrics;
}

const durationBounds: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100,
];
/** 128 bytes to 8 GiB, doubled each time. */
const sizeBounds: readonly number[] = Array.from({ length: 27 }, (_, power) => 128 * 2 ** power);

/**
 * The metrics of outgoing HTTP requests, under the names of the Go SDK: `plugins_datasource_request_total`,
 * `…_request_duration_seconds`, `…_request_in_flight`, `…_response_size_bytes` and `…_response_size`.
 *
 * @param registry of prom-client, which then has the metrics too
 */
export function httpMetrics(registry?: MetricRegistry): HttpMetrics {
  const base = ["datasource_type", "secure_socks_ds_proxy_enabled", "endpoint"];
  const full = ["datasource_type", "code", "method", "secure_socks_ds_proxy_enabled", "endpoint"];
  const total = createNumberMetric(
    { name: "plugins_datasource_request_total", help: "Answered HTTP requests to data sources" },
    "counter",
    full,
  );
  const duration = createHistogram(
    {
      name: "plugins_datasource_request_duration_seconds",
      help: "Time until the headers of a data source's answer",
    },
    full,
    durationBounds,
  );
  const sizes = createHistogram(
    { name: "plugins_datasource_response_size_bytes", help: "Bytes of the bodies of data sources' answers" },
    base,
    sizeBounds,
  );
  const lastSize = createNumberMetric(
    { name: "plugins_datasource_response_size", help: "Bytes of the body of the last answer" },
    "gauge",
    base,
  );
  const inFlight = createNumberMetric(
    { name: "plugins_datasource_request_in_flight", help: "HTTP requests to data sources in flight" },
    "gauge",
    base,
  );
  const metrics = [total, duration, sizes, lastSize, inFlight];
  for (const metric of metrics) registry?.registerMetric(metric);
  const begin = (type: string, usesSocks: string, endpoint: string): RequestSteps => {
    const labels = [type, usesSocks, endpoint];
    return {
      started: () => inFlight.add(1, ...labels),
      left: () => inFlight.add(-1, ...labels),
      answered: (code, method, seconds) => {
        const all = [type, code, method, usesSocks, endpoint];
        total.add(1, ...all);
        duration.observe(seconds, ...all);
      },
      read: (bytes) => {
        sizes.observe(bytes, ...labels);
        lastSize.set(bytes, ...labels);
      },
    };
  };
  return {
    metrics: () => formatMetrics(metrics),
    onEvent: (event) => {
      const { datasource_type, secure_socks_ds_proxy_enabled, endpoint } = event.labels;
      if (datasource_type === "") return;
      const steps = begin(datasource_type, secure_socks_ds_proxy_enabled, endpoint);
      if (event.type === "start") steps.started();
      else if (event.type === "end") steps.read(event.bytes);
      else {
        steps.left();
        if (event.code !== undefined) steps.answered(event.code, event.method, event.durationSeconds);
      }
    },
    onRequest: ({ dataSourceType, method, usesSecureSocks = false, endpoint = "" }) => {
      const type = labelText(dataSourceType);
      if (type === "") return notMeasured;
      const steps = begin(type, String(usesSecureSocks), endpoint);
      const beganAt = performance.now();
      steps.started();
      return {
        onResponse: (code) => {
          const seconds = (performance.now() - beganAt) / 1000;
          steps.answered(String(code), methodLabel(method.toUpperCase()), seconds);
        },
        onBody: steps.read,
        onEnd: steps.left,
      };
    },
  };
}

/** What changes the metrics of one request. */
interface RequestSteps {
  readonly started: () => void;
  readonly left: () => void;
  readonly answered: (code: string, method: string, seconds: number) => void;
  readonly read: (bytes: number) => void;
}

/** As in the Go SDK, for a type that cannot be a label. */
const notMeasured: HttpRequestMetrics = { onResponse: () => {}, onBody: () => {}, onEnd: () => {} };
