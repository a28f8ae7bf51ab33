import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { Logger } from "grafana-plugin-protocol/plugin";
import { type OtelTracer, readOtlpSettings } from "grafana-plugin-protocol/sdk";

/** The tracer, or undefined where the host has tracing off. docs/sdk/observe.md has one that samples and sends. */
export function createTracer(pluginId: string, log: Logger): OtelTracer | undefined {
  if (readOtlpSettings().address === undefined) return undefined;
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(logSpans(log))] });
  return provider.getTracer(pluginId);
}

/** Stands for an exporter of OTLP. */
function logSpans(log: Logger): SpanExporter {
  return {
    export: (spans, onDone) => {
      for (const span of spans) {
        log.info("span", { span: span.name, trace: span.spanContext().traceId, ...span.attributes });
      }
      onDone({ code: 0 });
    },
    shutdown: async () => {},
  };
}
