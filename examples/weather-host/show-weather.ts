import type { PluginClient } from "grafana-plugin-protocol";
import { type Frame, parseFrameJson } from "grafana-plugin-protocol/frames";
import {
  CheckHealthResponse_HealthStatus,
  decodeChunks,
  decodeQueryData,
  type QueryOutcome,
  type v2,
} from "grafana-plugin-protocol/v2";
import { drawCharts, drawTable } from "./draw.ts";
import { everyDay, from, monthlySeries, to, yearlyTable } from "./queries.ts";

type Weather = PluginClient<typeof v2>;

// The data source, as Grafana describes it in every request; plugins written in Go need it.
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
  const queries = [toQuery("years", yearlyTable), toQuery("months", monthlySeries)];
  const results = await decodeQueryData(await data.queryData({ pluginContext, queries }));
  framesOf(results.get("years")).forEach(drawTable);
  framesOf(results.get("months")).forEach(drawCharts);
}

function toQuery(refId: string, model: object) {
  const json = new TextEncoder().encode(JSON.stringify(model));
  return { refId, timeRange: { fromEpochMS: from, toEpochMS: to }, json };
}

function framesOf(result: QueryOutcome | undefined): readonly Frame[] {
  if (result?.error !== undefined) throw result.error;
  return result?.frames ?? [];
}

/** Reads the rows in chunks, so that they need not fit into memory together. */
export async function showChunks({ data }: Weather): Promise<void> {
  const queries = [toQuery("days", everyDay)];
  let days = 0;
  let chunks = 0;
  let rain = 0;
  for await (const chunk of decodeChunks(data.queryChunkedData({ pluginContext, queries }))) {
    if (chunk.error !== undefined) throw chunk.error;
    const amounts = chunk.frame.fields.find(({ name }) => name === "precipitation");
    for (const amount of amounts?.values ?? []) rain += Number(amount);
    days += chunk.frame.length;
    chunks += 1;
  }
  console.log(`\nchunks: ${days} days in ${chunks} chunks, ${Math.round(rain)} mm of rain`);
}

export async function followStream({ stream }: Weather): Promise<void> {
  const path = "replay/new-york";
  const end = performance.now() + 1000;
  const days: string[] = [];
  for await (const { data } of stream.runStream({ pluginContext, path })) {
    const [time, temperature] = parseFrameJson(data).fields;
    const [ms = Number.NaN] = time?.epochMs() ?? [];
    days.push(`${new Date(ms).toISOString().slice(0, 10)} ${temperature?.get(0)} °C`);
    // Leaving the loop ends the stream in the plugin too.
    if (performance.now() > end) break;
  }
  console.log(`\nstream ${path}: ${days.length} days in a second, from ${days[0]} to ${days.at(-1)}`);
}
