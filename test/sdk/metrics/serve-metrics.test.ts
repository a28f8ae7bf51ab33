import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "grafana-plugin-protocol";
import { type MetricsSource, serveMetrics } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";
import { Gauge, Registry } from "prom-client";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";

async function collectMetrics(source: MetricsSource): Promise<string> {
  const plugin = createInMemoryPlugin(v2, { diagnostics: serveMetrics(source) });
  const { metrics } = await plugin.diagnostics.collectMetrics({});
  return new TextDecoder().decode(metrics?.prometheus);
}

test("metrics are the text of a registry of prom-client, or of anything with metrics()", async () => {
  const registry = new Registry();
  new Gauge({ name: "rows", help: "Rows.", registers: [registry] }).set(7);

  assert.match(await collectMetrics(registry), /^# HELP rows Rows\.\n# TYPE rows gauge\nrows 7$/m);
  assert.equal(await collectMetrics({ metrics: () => "up 1\n" }), "up 1\n");
});

test("metrics that are no text fail the call", async () => {
  const failed = await rejectsWithConnectError(collectMetrics({ metrics: () => 7 as never }), Code.Unknown);

  assert.match(failed.rawMessage, /expected a text of metrics\(\), got a number/);
  assert.throws(() => serveMetrics({} as never), /metrics\.metrics must be a function/);
});
