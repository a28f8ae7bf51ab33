import { tableFromIPC } from "apache-arrow";
import type { PluginClient } from "grafana-plugin-protocol";
import { CheckHealthResponse_HealthStatus, type DataResponse, type v2 } from "grafana-plugin-protocol/v2";
import { drawChart, drawTable } from "./draw.ts";
import { from, monthlySeries, to, yearlyTable } from "./queries.ts";

type Weather = PluginClient<typeof v2>;

// What Grafana says about the data source in every request; plugins written in Go need it.
const pluginContext = {
  orgId: 1n,
  pluginId: "example-weather-datasource",
  dataSourceInstanceSettings: { id: 1n, uid: "weather", name: "Weather" },
};

export async function showHealth({ diagnostics }: Weather): Promise<void> {
  const { status, message } = await diagnostics.checkHealth({ pluginContext });
  console.log(`health: ${CheckHealthResponse_HealthStatus[status]}, ${message}`);
}

export async function showQueries({ data }: Weather): Promise<void> {
  const query = (refId: string, model: object) => ({
    refId,
    timeRange: { fromEpochMS: from, toEpochMS: to },
    json: new TextEncoder().encode(JSON.stringify(model)),
  });
  const queries = [query("years", yearlyTable), query("months", monthlySeries)];
  const { responses } = await data.queryData({ pluginContext, queries });
  for (const frame of readFrames(responses["years"])) {
    drawTable(
      frame.schema.names.map(String),
      frame.toArray().map((row) => row.toArray()),
    );
  }
  for (const frame of readFrames(responses["months"])) {
    const { place } = JSON.parse(frame.schema.fields[1]?.metadata.get("labels") ?? "{}");
    drawChart(`${place}, °C by month`, frame.getChild("temperature") ?? []);
  }
}

function readFrames(response: DataResponse | undefined) {
  if (response?.status !== 200) throw new Error(`query failed: ${response?.error ?? "no answer"}`);
  return response.frames.map((bytes) => tableFromIPC(bytes));
}

export async function followStream({ stream }: Weather): Promise<void> {
  const path = "replay/new-york";
  const end = performance.now() + 1000;
  const days: string[] = [];
  for await (const { data } of stream.runStream({ pluginContext, path })) {
    const frame = JSON.parse(new TextDecoder().decode(data));
    const [[time], [temperature]] = frame.data.values;
    days.push(`${new Date(time).toISOString().slice(0, 10)} ${temperature} °C`);
    // Leaving the loop ends the stream in the plugin too.
    if (performance.now() > end) break;
  }
  console.log(`\nstream ${path}: ${days.length} days in a second, from ${days[0]} to ${days.at(-1)}`);
}
