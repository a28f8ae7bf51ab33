import { adaptHandlersToV1 } from "grafana-plugin-protocol/compat";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { createFetch, dataSource } from "grafana-plugin-protocol/sdk";
import { v1 } from "grafana-plugin-protocol/v1";
import * as z from "zod";
import { createSimpleJsonApi } from "./simple-json-api.ts";
import { toFrame, toSearchFrame } from "./to-frame.ts";

const queryModel = z.looseObject({ target: z.string() });

const plugin = dataSource({
  create: ({ settings }) => {
    const fetch = createFetch(settings);
    return { api: createSimpleJsonApi(fetch), close: () => fetch.close() };
  },
  queries: {
    search: {
      model: queryModel,
      run: async ({ model }, { instance, signal }) =>
        toSearchFrame(await instance.api.search(model.target, signal)),
    },
    "": {
      model: queryModel,
      run: async ({ model, timeRange }, { instance, signal }) =>
        (await instance.api.query(model, timeRange, signal)).map(toFrame),
    },
  },
  health: async ({ instance, signal }) => {
    await instance.api.check(signal);
    return { status: "ok", message: "Data source is working" };
  },
  // The frontend asks here for what it once asked the server for: names of metrics, and annotations.
  resources: async (request, { instance, signal }) => {
    const path = new URL(request.url).pathname.slice(1);
    if (request.method !== "POST" || !["annotations", "search"].includes(path)) {
      return Response.json({ message: `nothing at ${request.method} ${path}` }, { status: 404 });
    }
    return instance.api.forward(path, await request.text(), signal);
  },
});

await servePlugin([plugin, implement(v1, adaptHandlersToV1(plugin.implementation))]);
