import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CollectMetricsResponseSchema } from "../../../../gen/es/v2/pluginv2/backend_pb.js";

/** Anything that has metrics as text: a `Registry` of prom-client, the metrics of this package, an object of your own. */
export interface MetricsSource {
  /** In the text format of Prometheus, version 0.0.4. */
  metrics(): string | Promise<string>;
}

/**
 * Makes the handler `collectMetrics` of the diagnostics service from sources of text: `diagnostics: { collectMetrics:
 * collectMetrics(registry) }`. The texts follow each other; no metric may be in two of them.
 */
export function collectMetrics(
  ...sources: readonly MetricsSource[]
): () => Promise<MessageInitShape<typeof CollectMetricsResponseSchema>> {
  return async () => {
    const texts = await Promise.all(sources.map((source) => source.metrics()));
    const ended = texts.map((text) => (text === "" || text.endsWith("\n") ? text : `${text}\n`));
    return { metrics: { prometheus: new TextEncoder().encode(ended.join("")) } };
  };
}
