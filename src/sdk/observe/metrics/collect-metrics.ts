import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CollectMetricsResponseSchema } from "../../../../gen/es/v2/pluginv2/backend_pb.js";
import { describeValue } from "../../../option-checks.ts";

/** Anything that has metrics as text: a `Registry` of prom-client, the metrics of this package, an object of your own. */
export interface MetricsSource {
  /** In the text format of Prometheus, version 0.0.4. */
  metrics(): string | Promise<string>;
}

/**
 * Makes the handler `collectMetrics` of the diagnostics service from sources of text: `diagnostics: { collectMetrics:
 * collectMetrics(registry) }`. The texts follow each other; no metric may be in two of them. The mark `# EOF`, by which a
 * registry of OpenMetrics ends, is left out: a scraper would read nothing behind it.
 */
export function collectMetrics(
  ...sources: MetricsSource[]
): () => Promise<MessageInitShape<typeof CollectMetricsResponseSchema>> {
  return async () => {
    const texts = await Promise.all(sources.map((source) => source.metrics()));
    const ended = texts.map(wholeLines);
    return { metrics: { prometheus: new TextEncoder().encode(ended.join("")) } };
  };
}

function wholeLines(text: unknown): string {
  if (typeof text !== "string") {
    throw new TypeError(
      `metrics: expected metrics() to return a text in the format of Prometheus, got ${describeValue(text)}`,
    );
  }
  const metrics = text.replace(/(?:^|\n)# EOF\s*$/, "\n").trimStart();
  return metrics === "" || metrics.endsWith("\n") ? metrics : `${metrics}\n`;
}
