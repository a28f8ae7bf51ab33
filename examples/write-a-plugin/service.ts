// Stands for the service behind the data source: temperatures of a greenhouse, for callers that know the token.
import { createServer, type Server } from "node:http";

const sensors = ["north", "south"];

/** The same for the same time, so that tests know it. */
function temperatureOf(sensor: string, time: number): number {
  const hours = time / 3_600_000;
  return Math.round(10 * (20 + sensors.indexOf(sensor) + 5 * Math.sin((hours * Math.PI) / 12))) / 10;
}

export function createGreenhouse(token: string): Server {
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://greenhouse");
    const sensor = searchParams.get("sensor") ?? "";
    const reading = (time: number) => ({ time, temperature: temperatureOf(sensor, time) });
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));

    if (request.headers.authorization !== `Bearer ${token}`) answer(401, { message: "unknown token" });
    else if (pathname === "/sensors") answer(200, sensors);
    else if (!sensors.includes(sensor)) answer(404, { message: `no sensor "${sensor}"` });
    else if (pathname === "/latest") answer(200, reading(Date.now()));
    else if (pathname === "/readings") {
      const [from, to, step] = ["from", "to", "step"].map((name) => Number(searchParams.get(name)));
      const readings = [];
      for (let time = from ?? 0; time < (to ?? 0); time += step || 60_000) readings.push(reading(time));
      answer(200, readings);
    } else answer(404, { message: `nothing at ${pathname}` });
  });
}
