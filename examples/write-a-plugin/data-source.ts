import { setTimeout } from "node:timers/promises";
import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { createFetch, dataSource, streamedFrame } from "grafana-plugin-protocol/sdk";
import * as z from "zod";
import { createClient, type Reading } from "./client.ts";

/** A time and a number with the label of its sensor: what alert rules can use. */
function seriesOf(sensor: string, readings: readonly Reading[]) {
  const times = readings.map(({ time }) => new Date(time));
  const temperatures = readings.map(({ temperature }) => temperature);
  return createFrame({
    name: sensor,
    meta: { type: "timeseries-multi", typeVersion: [0, 1] },
    fields: [
      createField("time", "time", times),
      createField("temperature", "float64", temperatures, {
        labels: { sensor },
        config: { unit: "celsius" },
      }),
    ],
  });
}

export const greenhouse = dataSource({
  // What the settings page of the data source stores; the URL is always among the settings.
  settings: z.object({ pollMs: z.number().int().positive().default(1000) }),
  secrets: z.object({ token: z.string().min(1) }),
  create: ({ settings, config }) =>
    createClient(createFetch(settings, { config }), settings.secureJsonData.token),

  queries: {
    history: {
      model: z.object({ sensor: z.string() }),
      run: async ({ model: { sensor }, timeRange: { from, to }, intervalMs }, { instance, signal }) =>
        seriesOf(sensor, await instance.readings(sensor, from, to, intervalMs, signal)),
    },
    latest: {
      model: z.object({ sensor: z.string(), live: z.boolean().default(false) }),
      run: async ({ model: { sensor, live } }, { instance, settings, signal }) => {
        const frame = seriesOf(sensor, [await instance.latest(sensor, signal)]);
        // The panel that receives such a frame subscribes to the stream.
        return live ? streamedFrame(frame, settings.uid, `live/${sensor}`) : frame;
      },
    },
  },

  // "Save & test". What it throws becomes the message.
  health: async ({ instance, signal }) => {
    const sensors = await instance.sensors(signal);
    return { status: "ok", message: `the greenhouse has ${sensors.length} sensors` };
  },

  // For the list of sensors in a query editor: GET …/resources/sensors.
  resources: async (request, { instance, signal }) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/sensors") return Response.json(await instance.sensors(signal));
    return Response.json({ message: `nothing at ${pathname}` }, { status: 404 });
  },

  streams: {
    "live/:sensor": {
      subscribe: async ({ params }, { instance, signal }) => {
        const isKnown = (await instance.sensors(signal)).includes(params.sensor);
        return { status: isKnown ? "ok" : "notFound" };
      },
      async *run({ params: { sensor } }, { instance, settings, signal }) {
        while (!signal.aborted) {
          yield seriesOf(sensor, [await instance.latest(sensor, signal)]);
          await setTimeout(settings.jsonData.pollMs, undefined, { signal });
        }
      },
    },
  },
});
