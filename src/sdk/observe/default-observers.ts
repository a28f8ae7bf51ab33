import type { Interceptor } from "@connectrpc/connect";
import type { Logger } from "../../plugin/create-logger.ts";
import type { CallObserver } from "./call-observer.ts";
import { requestLog } from "./logging/request-log.ts";
import type { MetricRegistry } from "./metrics/metric.ts";
import { requestMetrics } from "./metrics/request-metrics.ts";
import { observeCalls } from "./observe-calls.ts";
import type { ObserveOptions } from "./observe-handlers.ts";
import type { OtelTracer } from "./tracing/otel-types.ts";
import { readPropagation } from "./tracing/otlp-settings.ts";
import { requestSpans } from "./tracing/request-spans.ts";
import type { Propagation } from "./tracing/trace-context.ts";

/** What the default observers are made of. Each part is there if its option is. */
export interface DefaultObserversOptions {
  /** For spans: a tracer of `@opentelemetry/api`. */
  readonly tracer?: OtelTracer | undefined;
  /** For the metric of calls: a registry of prom-client. */
  readonly registry?: MetricRegistry | undefined;
  /** For the request log: `createLogger()` for the log of the host. */
  readonly log?: Logger | undefined;
  /** Formats of trace headers. Default: those of `GF_INSTANCE_OTLP_PROPAGATION`, else W3C Trace Context. */
  readonly propagation?: readonly Propagation[] | undefined;
}

/**
 * The observers that every plugin of the Go SDK has, in its order, the outermost first: spans, metrics, request log.
 * For `observeHandlers`.
 *
 * @throws PluginError `invalid_option` when a tracer is given and `@opentelemetry/api` is not installed
 */
export async function defaultObservers({
  tracer,
  registry,
  log,
  propagation = readPropagation(),
}: DefaultObserversOptions): Promise<readonly CallObserver[]> {
  const observers: CallObserver[] = [];
  if (tracer !== undefined) observers.push(await requestSpans({ tracer, propagation }));
  if (registry !== undefined) observers.push(requestMetrics(registry));
  if (log !== undefined) observers.push(requestLog({ log, propagation }));
  return observers;
}

/**
 * The same as interceptors, for `servePlugin([…], { interceptors: await defaultInterceptors({ … }) })`.
 *
 * @throws PluginError as {@link defaultObservers}
 */
export async function defaultInterceptors(
  options: DefaultObserversOptions & ObserveOptions,
): Promise<readonly Interceptor[]> {
  const observers = await defaultObservers(options);
  return observers.length === 0 ? [] : [observeCalls(observers, options)];
}
