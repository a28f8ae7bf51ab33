import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/**
 * A server of the Simple JSON API, with deterministic data: `GET /` is its health, `POST /search` lists metrics, `POST
 * /query` answers targets with series and tables, `POST /annotations` marks times.
 *
 * `node json-server.ts 3333` runs it alone.
 */
export function createJsonServer(): Server {
  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
}

type Route = (body: Record<string, unknown>) => unknown;

const routes: Readonly<Record<string, Route>> = {
  "POST /search": search,
  "POST /query": query,
  "POST /annotations": annotations,
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "GET" && request.url === "/") {
    response.end("ok");
    return;
  }
  const route = routes[`${request.method} ${request.url}`];
  if (route === undefined) {
    response.writeHead(404).end("not found");
    return;
  }
  const result = route(JSON.parse(await text(request)) as Record<string, unknown>);
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(result));
}

const metrics = ["humidity", "rain", "temperature"];

/** Names that contain the target; the places as texts with values. */
function search({ target = "" }: Record<string, unknown>): unknown {
  if (target === "places") return places.map((place, index) => ({ text: place, value: index + 1 }));
  return metrics.filter((name) => name.includes(String(target)));
}

const places = ["Oslo", "Rome"];
const points = 6;

interface Target {
  readonly target: string;
  readonly type?: string;
}

function query({ range, targets }: Record<string, unknown>): unknown {
  const { from, to } = range as { readonly from: string; readonly to: string };
  return (targets as Target[]).map(({ target, type }) => {
    if (target === "broken") throw new Error("the sensor is broken");
    return type === "table" ? tableOf(target, Number(from)) : seriesOf(target, Number(from), Number(to));
  });
}

/** A value for each of six times; none for an unknown metric. The third of `rain` is missing. */
function seriesOf(target: string, from: number, to: number): unknown {
  const index = metrics.indexOf(target);
  const step = (to - from) / points;
  const valueAt = (point: number): number | null =>
    target === "rain" && point === 2 ? null : (index + 1) * 10 + point * 1.5;
  const datapoints = Array.from({ length: index === -1 ? 0 : points }, (_, point) => [
    valueAt(point),
    from + point * step,
  ]);
  return { target, datapoints };
}

function tableOf(target: string, from: number): unknown {
  const columns = [
    { text: "Time", type: "time" },
    { text: "Place", type: "string" },
    { text: target, type: "number" },
  ];
  return {
    type: "table",
    columns,
    rows: places.map((place, row) => [from + row * 60_000, place, (row + 1) * 7]),
  };
}

function annotations({ annotation, range }: Record<string, unknown>): unknown {
  const { from } = range as { readonly from: string };
  const { query: tag = "" } = annotation as { readonly query?: string };
  return [{ annotation, time: Date.parse(from), title: "Deployed", tags: [tag], text: "version 2" }];
}

if (import.meta.main) {
  const port = Number(process.argv[2] ?? 3333);
  createJsonServer().listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}`));
}
