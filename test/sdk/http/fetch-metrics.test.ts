/** What `httpMetrics` makes of the requests of `createFetch`. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { httpMetrics } from "grafana-plugin-protocol/sdk";
import { Registry } from "prom-client";
import { rejectionOf } from "../../helpers/rejection.ts";
import { httpServer } from "./servers.ts";
import { contextWith, fetchFor } from "./settings.ts";

/** The lines of a text of metrics that begin with a name, without the buckets of histograms and without times. */
async function lines(text: string | Promise<string>): Promise<readonly string[]> {
  return (await text)
    .split("\n")
    .filter((line) => /^plugins_datasource_/.test(line) && !/_bucket|_seconds_sum/.test(line))
    .sort();
}

suite("metrics of createFetch", () => {
  test("requests of createFetch are measured under the names and labels of the Go SDK", async (t) => {
    const registry = new Registry();
    const http = httpMetrics(registry);
    const origin = await httpServer(t, (_request, response) => response.end("12345"));
    const fetch = fetchFor(t, { url: origin }, { pluginId: "my ds-2", onEvent: http.onEvent });

    for (let count = 0; count < 2; count++)
      await (await fetch("a", { context: contextWith(), method: "PUT" })).text();
    await rejectionOf(fetch("http://127.0.0.1:1/"));

    const base = 'datasource_type="my_ds2",secure_socks_ds_proxy_enabled="false",endpoint="queryData"';
    const full =
      'datasource_type="my_ds2",code="200",method="put",secure_socks_ds_proxy_enabled="false",endpoint="queryData"';
    const refused = 'datasource_type="my_ds2",secure_socks_ds_proxy_enabled="false",endpoint=""';
    const expected = [
      `plugins_datasource_request_duration_seconds_count{${full}} 2`,
      `plugins_datasource_request_in_flight{${base}} 0`,
      `plugins_datasource_request_in_flight{${refused}} 0`,
      `plugins_datasource_request_total{${full}} 2`,
      `plugins_datasource_response_size_bytes_count{${base}} 2`,
      `plugins_datasource_response_size_bytes_sum{${base}} 10`,
      `plugins_datasource_response_size{${base}} 5`,
    ].sort();
    assert.deepEqual(await lines(http.metrics()), expected);
    assert.deepEqual(await lines(registry.metrics()), expected);
  });

  test("a request is in flight until the head of its answer is there", async (t) => {
    const http = httpMetrics();
    const inFlight: (string | undefined)[] = [];
    const look = async (): Promise<void> => {
      inFlight.push((await lines(http.metrics())).find((line) => line.includes("in_flight")));
    };
    const origin = await httpServer(t, (_request, response) => void look().then(() => response.end("x")));
    const fetch = fetchFor(t, { url: origin }, { pluginId: "ds", onEvent: http.onEvent });

    const response = await fetch("a");

    await look();
    assert.deepEqual(
      inFlight.map((line) => line?.slice(-1)),
      ["1", "0"],
    );
    await response.text();
  });

  test("a request of a plugin without an id is not measured, as in the Go SDK", async (t) => {
    const http = httpMetrics();
    const origin = await httpServer(t, (_request, response) => response.end("x"));
    const fetch = fetchFor(t, { url: origin }, { onEvent: http.onEvent });

    await (await fetch("a")).text();

    assert.equal(http.metrics(), "");
  });
});
