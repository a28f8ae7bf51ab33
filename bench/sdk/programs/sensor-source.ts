import type { ImplementedMajor } from "grafana-plugin-protocol/plugin";
import { dataSource } from "grafana-plugin-protocol/sdk";
import { currentUsage } from "../../rpc/programs/usage.ts";
import { pointsOf } from "./points-of.ts";
import type { Schemas } from "./schemas.ts";
import { Sensors } from "./sensors.ts";

/** The measured data source, as an author writes it. The same one in Go is test/go/cmd/benchsdk. */
export function sensorSource(schemas: Schemas): ImplementedMajor {
  let created = 0;
  return dataSource({
    settings: schemas.settings,
    secrets: schemas.secrets,
    create: () => {
      created++;
      return new Sensors();
    },
    queries: {
      range: {
        model: schemas.range,
        run: ({ model, timeRange, intervalMs, maxDataPoints }, { instance }) => {
          const fromMs = timeRange.from.getTime();
          const points = pointsOf(fromMs, timeRange.to.getTime(), intervalMs, maxDataPoints);
          return instance.series(model.expr, fromMs, intervalMs, points);
        },
      },
      table: {
        model: schemas.table,
        run: ({ model }, { instance }) => instance.table(model.table, model.limit),
      },
      rows: {
        model: schemas.rows,
        run: ({ model, timeRange }, { instance }) =>
          instance.rows(timeRange.from.getTime(), model.rows, model.chunk),
      },
    },
    // Tells the host what this process has used so far.
    health: () => ({ status: "ok", message: "ready", details: { ...currentUsage(), created } }),
    resources: (request, { instance }) => {
      switch (new URL(request.url).pathname) {
        case "/sensors":
          return Response.json({ sensors: instance.names.slice(0, 84) });
        case "/export":
          return new Response(streamOf(instance.export()), {
            headers: { "Content-Type": "application/octet-stream" },
          });
        default:
          return new Response("no such resource", { status: 404 });
      }
    },
  });
}

/** Makes a part when the host has room for it. */
function streamOf(parts: Iterator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    pull: (controller) => {
      const { done, value } = parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}
