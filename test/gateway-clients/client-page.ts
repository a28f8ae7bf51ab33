// Runs in Chromium: a page that plots a query and a live stream of a gateway, and shows what goes wrong.
import "uplot/dist/uPlot.min.css";
import {
  createGatewayClient,
  type GatewayClient,
  GatewayError,
  type JsonFrame,
} from "grafana-plugin-protocol/gateway/client";
import UPlot from "uplot";

/** Where the gateway is, and a data source there. */
interface Source {
  readonly url: string;
  readonly token: string;
  readonly uid: string;
}

type Columns = readonly (readonly (number | null)[])[];

const range = { from: new Date("2014-01-01"), to: new Date("2015-01-01") };

function show(id: string, text: string): void {
  const element = document.getElementById(id);
  if (element !== null) element.textContent = text;
}

function plot(title: string, data: Columns, stroke: string): UPlot {
  const target = document.createElement("figure");
  document.body.append(target);
  return new UPlot(
    { title, width: 700, height: 220, series: [{}, { label: "°C", stroke, width: 2 }] },
    data,
    target,
  );
}

/** The first two columns of a frame, with times in seconds, as uPlot has them. */
function columnsOf({ fields }: JsonFrame): Columns {
  const [times, values] = fields.map((field) => field.values as readonly (number | null)[]);
  return [(times ?? []).map((ms) => Number(ms) / 1000), values ?? []];
}

async function plotQuery(client: GatewayClient, uid: string): Promise<number> {
  const rawSql =
    "select date, temp_max from weather where location = 'Seattle' and date between :from and :to order by date";
  const { results } = await client.query({
    ...range,
    queries: [{ refId: "A", datasource: { uid }, rawSql }],
  });
  const { frames = [], error } = results.get("A") ?? {};
  if (error !== undefined || frames[0] === undefined) throw new Error(error?.message ?? "no frame");
  const columns = columnsOf(frames[0]);
  plot("Seattle, a query", columns, "#c4162a");
  return columns[0]?.length ?? 0;
}

async function plotStream(client: GatewayClient, uid: string, signal: AbortSignal): Promise<void> {
  const columns: number[][] = [[], []];
  const chart = plot("New York, a live stream", columns, "#1f60c4");
  for await (const { frame } of client.live(`ds/${uid}/replay/new-york`, { signal })) {
    if (frame === undefined) continue;
    for (const [index, column] of columnsOf(frame).entries()) columns[index]?.push(...column.map(Number));
    chart.setData(columns);
    show("points", String(columns[0]?.length));
  }
}

Object.assign(globalThis, {
  /** Resolves with the points of the query once everything but the stream, which goes on, is shown. */
  start: async ({ url, token, uid }: Source): Promise<number> => {
    const client = createGatewayClient({ url, token });
    const points = await plotQuery(client, uid);
    const leaving = new AbortController();
    Object.assign(globalThis, { leave: () => leaving.abort(new Error("the page was left")) });
    plotStream(client, uid, leaving.signal).catch((error: unknown) => show("stream", String(error)));
    const { results } = await client.query({
      ...range,
      queries: [{ refId: "A", datasource: { uid }, rawSql: "select nonsense" }],
    });
    show("error", results.get("A")?.error?.message ?? "");
    try {
      await client.live(`ds/${uid}/replay/atlantis`).next();
    } catch (error) {
      show("refused", error instanceof GatewayError ? `${error.code}: ${error.message}` : String(error));
    }
    return points;
  },
  /** The address that a page asks for which has no url but its own. */
  ownAddress: async (path: string): Promise<string> => {
    let asked = "";
    const fetch = async (url: string): Promise<Response> => {
      asked = url;
      return Response.json([]);
    };
    await createGatewayClient({ url: path, fetch }).dataSources();
    return asked;
  },
});
