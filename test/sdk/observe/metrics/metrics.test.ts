/** The metrics as text: by our own formatter, and by prom-client, which has to say the same. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { createContextValues } from "@connectrpc/connect";
import {
  type CallObserver,
  collectMetrics,
  httpMetrics,
  instanceGauge,
  type MetricsSource,
  type ObservedCall,
  requestMetrics,
} from "grafana-plugin-protocol/sdk";
import { PluginContextSchema, v2 } from "grafana-plugin-protocol/v2";
import { Counter, collectDefaultMetrics, Registry } from "prom-client";

const call: ObservedCall = {
  endpoint: "queryData",
  method: v2.services.data.method.queryData,
  pluginContext: create(PluginContextSchema),
  context: { requestHeader: new Headers(), values: createContextValues() },
  metadata: () => [],
};

function end(observer: CallObserver, status: "error" | "ok", source: "downstream" | "plugin"): void {
  observer.onEnd(
    call,
    { status, source, error: undefined, failures: [], messages: 1, durationMs: 1 },
    undefined,
  );
}

/** The lines of samples, in any order, because prom-client puts `le` first. */
function samples(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const found = /^(?<name>\w+)(\{(?<labels>.*)\})? (?<value>\S+)$/.exec(line)?.groups;
      return `${found?.["name"]} ${found?.["labels"]?.split(",").sort().join() ?? ""} ${found?.["value"]}`;
    })
    .sort();
}

suite("metrics", () => {
  test("the request metric has the name and the labels of the Go SDK", () => {
    const metrics = requestMetrics();
    assert.equal(metrics.metrics(), "");

    end(metrics, "ok", "plugin");
    end(metrics, "error", "downstream");
    end(metrics, "ok", "plugin");

    assert.equal(
      metrics.metrics(),
      [
        "# HELP grafana_plugin_request_total Calls that the plugin has answered",
        "# TYPE grafana_plugin_request_total counter",
        'grafana_plugin_request_total{endpoint="queryData",status="ok",status_source="plugin"} 2',
        'grafana_plugin_request_total{endpoint="queryData",status="error",status_source="downstream"} 1',
        "",
      ].join("\n"),
    );
  });

  test("a registry of prom-client has the same samples as the text of a metric", async () => {
    const registry = new Registry();
    const requests = requestMetrics(registry);
    const instances = instanceGauge(() => 3, registry);
    const http = httpMetrics(registry);

    end(requests, "ok", "plugin");
    for (const bytes of [100, 1e12]) {
      const request = http.onRequest({
        dataSourceType: "my-source 1",
        method: "GET",
        endpoint: 'quoted"\\\n',
      });
      request.onResponse(200);
      request.onEnd();
      request.onBody(bytes);
    }
    http.onRequest({ dataSourceType: "my-source 1", method: "GET", usesSecureSocks: true });

    const sources: readonly MetricsSource[] = [requests, instances, http];
    const ours = sources.map((source) => source.metrics()).join("");
    // Times differ from run to run, but not between the two texts.
    assert.deepEqual(samples(await registry.metrics()), samples(ours));
    assert.ok(samples(ours).includes("plugins_active_instances  3"));
    assert.ok(
      ours.includes(
        'plugins_datasource_response_size_bytes_bucket{datasource_type="mysource_1",secure_socks_ds_proxy_enabled="false",endpoint="quoted\\"\\\\\\n",le="128"} 1\n',
      ),
      ours,
    );
    assert.ok(
      ours.includes(
        'plugins_datasource_request_in_flight{datasource_type="mysource_1",secure_socks_ds_proxy_enabled="true",endpoint=""} 1\n',
      ),
    );
    assert.equal((await registry.getMetricsAsJSON()).length, 7);
    registry.resetMetrics();
    assert.equal(requests.metrics(), "");
  });

  test("a data source whose type cannot be a label has no HTTP metrics, as in the Go SDK", () => {
    const http = httpMetrics();
    const request = http.onRequest({ dataSourceType: "-", method: "GET" });
    request.onResponse(200);
    request.onBody(1);
    request.onEnd();

    assert.equal(http.metrics(), "");
  });

  test("a gauge whose reader throws has no sample, and the others are collected", async () => {
    const gauge = instanceGauge(() => {
      throw new Error("not now");
    });
    const own = { metrics: () => "own 1" };

    const answer = await collectMetrics(gauge, own)();

    assert.deepEqual(answer, { metrics: { prometheus: new TextEncoder().encode("own 1\n") } });
  });

  test("collectMetrics leaves out the end of OpenMetrics, and says what else than a text it got", async () => {
    const text = (metrics: unknown) => ({ metrics: () => metrics as string });

    const { metrics } = await collectMetrics(text("a 1\n# EOF\n"), text("# EOF"), text("b 2"), text(""))();

    assert.equal(new TextDecoder().decode(metrics?.prometheus), "a 1\nb 2\n");
    await assert.rejects(
      collectMetrics(text(5))(),
      /expected metrics\(\) to return a text .*, got number 5|got 5/,
    );
  });

  test("collectMetrics gives the text of a registry with the author's own and Node's metrics", async () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    new Counter({ name: "mine_total", help: "mine", registers: [registry] }).inc();

    const { metrics } = await collectMetrics(registry, requestMetrics())();

    const text = new TextDecoder().decode((metrics as { readonly prometheus: Uint8Array }).prometheus);
    assert.match(text, /^mine_total 1$/m);
    assert.match(text, /^process_resident_memory_bytes \d/m);
  });
});
