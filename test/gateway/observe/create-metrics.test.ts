import assert from "node:assert/strict";
import { test } from "node:test";
import { createMetrics } from "../../../src/gateway/observe/create-metrics.ts";

const lines = (text: string, name: string): readonly string[] =>
  text.split("\n").filter((line) => line.startsWith(`grafana_plugin_gateway_${name}`));

test("requests are counted by route, method and status, and their times are in cumulative buckets", () => {
  const metrics = createMetrics();
  metrics.answered("/a", "GET", 200, 0.0005);
  metrics.answered("/a", "GET", 200, 0.3);
  metrics.answered("/a", "BREW", 405, 99);

  const text = metrics.write([]);

  assert.deepEqual(lines(text, "http_requests_total"), [
    'grafana_plugin_gateway_http_requests_total{code="200",method="GET",route="/a"} 2',
    'grafana_plugin_gateway_http_requests_total{code="405",method="other",route="/a"} 1',
  ]);
  const buckets = lines(text, "http_request_duration_seconds_bucket").map((line) =>
    Number(line.split(" ")[1]),
  );
  assert.deepEqual(buckets, [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3]);
  assert.match(text, /duration_seconds_count\{route="\/a"\} 3$/m);
});

test("calls of plugins are counted, and the values of labels are escaped", () => {
  const metrics = createMetrics();
  metrics.called('a"b\\c', "queryData", "ok");

  const text = metrics.write([
    { name: "plugin_ready", help: "Help.", type: "gauge", values: [[{ plugin_id: "x\ny" }, 1]] },
  ]);

  assert.deepEqual(lines(text, "plugin_calls_total"), [
    'grafana_plugin_gateway_plugin_calls_total{endpoint="queryData",plugin_id="a\\"b\\\\c",status="ok"} 1',
  ]);
  assert.deepEqual(lines(text, "plugin_ready"), ['grafana_plugin_gateway_plugin_ready{plugin_id="x\\ny"} 1']);
  assert.ok(text.endsWith("\n"));
});
