import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  type Sampler,
  SimpleSpanProcessor,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import type { Logger } from "grafana-plugin-protocol/plugin";
import { type OtelTracer, type OtlpSettings, readOtlpSettings } from "grafana-plugin-protocol/sdk";

/** The tracer that the host asks for by GF_INSTANCE_OTLP_…, or undefined where it has tracing off. */
export function createTracer(pluginId: string, log: Logger): OtelTracer | undefined {
  const settings = readOtlpSettings();
  if (settings.address === undefined) return undefined;
  const provider = new BasicTracerProvider({
    sampler: new ParentBasedSampler({ root: createSampler(settings) }),
    // A plugin that sends its spans: new BatchSpanProcessor(new OTLPTraceExporter({ url: `http://${settings.address}` }))
    // of @opentelemetry/exporter-trace-otlp-grpc, and a resource with "service.name": pluginId.
    spanProcessors: [new SimpleSpanProcessor(logSpans(log))],
  });
  return provider.getTracer(pluginId);
}

function createSampler({ samplerType, samplerParam }: OtlpSettings): Sampler {
  if (samplerType !== "const") return new TraceIdRatioBasedSampler(samplerParam);
  return samplerParam >= 1 ? new AlwaysOnSampler() : new AlwaysOffSampler();
}

/** Stands for an exporter. */
function logSpans(log: Logger): SpanExporter {
  return {
    export: (spans, onDone) => {
      for (const { name, attributes } of spans) log.debug(name, attributes);
      onDone({ code: 0 });
    },
    shutdown: async () => {},
  };
}
