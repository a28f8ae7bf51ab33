import { Code, ConnectError } from "@connectrpc/connect";
import type { CallObserver, ObservedCall } from "../call-observer.ts";
import type { CallOutcome } from "../call-outcome.ts";
import type { MetricsSource } from "./collect-metrics.ts";
import { formatMetrics } from "./format-metrics.ts";
import { createHistogram } from "./histogram.ts";
import type { MetricRegistry } from "./metric.ts";
import { createNumberMetric } from "./number-metric.ts";

const bounds: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const labelNames = ["grpc_type", "grpc_service", "grpc_method"] as const;

/**
 * The metrics that the Go SDK has of its gRPC server: `grpc_server_started_total`, `grpc_server_handled_total` by
 * `grpc_code`, `grpc_server_msg_received_total`, `grpc_server_msg_sent_total` and the histogram
 * `grpc_server_handling_seconds`, by `grpc_type`, `grpc_service` and `grpc_method`. Of the services of `pluginv2` only, and
 * not of `CollectMetrics`.
 *
 * Not one of the default observers, because it costs more than all of them.
 *
 * @param registry of prom-client, which then has the metrics too
 */
export function grpcMetrics(registry?: MetricRegistry): CallObserver & MetricsSource {
  const counter = (name: string, help: string, ...more: readonly string[]) =>
    createNumberMetric({ name: `grpc_server_${name}_total`, help }, "counter", [...labelNames, ...more]);
  const started = counter("started", "Calls that have begun");
  const handled = counter("handled", "Calls that have ended, with or without an error", "grpc_code");
  const received = counter("msg_received", "Messages that the host has sent");
  const sent = counter("msg_sent", "Messages that the plugin has sent");
  const seconds = createHistogram(
    { name: "grpc_server_handling_seconds", help: "Time from the beginning of a call to its end" },
    labelNames,
    bounds,
  );
  const metrics = [started, handled, received, sent, seconds];
  for (const metric of metrics) registry?.registerMetric(metric);
  return {
    metrics: () => formatMetrics(metrics),
    onBegin: (call) => {
      const labels = labelsOf(call);
      started.add(1, ...labels);
      received.add(1, ...labels);
    },
    onEnd: (call, outcome) => {
      const labels = labelsOf(call);
      handled.add(1, ...labels, codeOf(outcome));
      if (outcome.messages > 0) sent.add(outcome.messages, ...labels);
      seconds.observe(outcome.durationMs / 1000, ...labels);
    },
  };
}

function labelsOf({ method }: ObservedCall): readonly [type: string, service: string, method: string] {
  const type = method.methodKind === "unary" ? "unary" : "server_stream";
  return [type, method.parent.typeName, method.name];
}

/** The names of the codes are those of Go. */
function codeOf({ error, status }: CallOutcome): string {
  if (error === undefined) return "OK";
  try {
    if (error instanceof ConnectError) return Code[error.code];
  } catch {
    // A proxy that throws for the check.
  }
  return status === "cancelled" ? "Canceled" : "Unknown";
}
