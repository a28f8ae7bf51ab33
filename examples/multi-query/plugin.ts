import { adaptHandlersToV1 } from "grafana-plugin-protocol/compat";
import { createLogger, implement, servePlugin } from "grafana-plugin-protocol/plugin";
import {
  captureHar,
  createFetch,
  createSharedSource,
  dataSource,
  defaultObservers,
  httpMetrics,
  queryCache,
  streamedFrame,
} from "grafana-plugin-protocol/sdk";
import { v1 } from "grafana-plugin-protocol/v1";
import { Counter, Gauge, Registry } from "prom-client";
import * as z from "zod";
import { createTracer } from "./create-tracer.ts";
import { createExchangeApi } from "./exchange-api.ts";
import { createResources } from "./resources.ts";
import { pricesFrame, symbolsFrame } from "./to-frame.ts";

const log = createLogger();
const registry = new Registry();
const registers = [registry];
const asked = new Counter({
  name: "exchange_symbols_asked_total",
  help: "Queries of prices",
  labelNames: ["symbol"],
  registers,
});
const watching = new Gauge({ name: "exchange_watching", help: "Streams of prices that run", registers });
const http = httpMetrics(registry);
const tracer = createTracer("example-multi-query-datasource", log);
const resources = createResources();

const plugin = dataSource({
  settings: z.object({ minStepMs: z.int().min(1).default(1000) }),
  secrets: z.object({ token: z.string() }),
  create: ({ settings }) => {
    const fetch = createFetch(settings, { onEvent: http.onEvent });
    const api = createExchangeApi(fetch, settings.secureJsonData.token);
    return {
      api,
      // One connection to the exchange for all streams of a symbol.
      trades: createSharedSource({ start: (symbol, signal) => api.trades(symbol, signal) }),
      close: () => fetch.close(),
    };
  },
  queries: {
    prices: {
      model: z.object({ symbol: z.string(), isLive: z.boolean().default(false) }),
      run: async ({ model, timeRange, intervalMs }, { instance, settings, context, signal }) => {
        const { symbol, isLive } = model;
        asked.inc({ symbol });
        const stepMs = Math.max(intervalMs, settings.jsonData.minStepMs);
        const { from, to } = timeRange;
        const candles = await instance.api.candles(symbol, { from, to, stepMs }, { context, signal });
        const frame = pricesFrame(symbol, candles);
        return isLive ? streamedFrame(frame, settings.uid, `prices/${symbol}`) : frame;
      },
    },
    symbols: {
      model: z.object({ isOpen: z.boolean().optional() }),
      run: async ({ model }, { instance, context, signal }) => {
        const listed = await instance.api.symbols({ context, signal });
        return symbolsFrame(
          listed.filter(({ isOpen }) => model.isOpen === undefined || model.isOpen === isOpen),
        );
      },
    },
  },
  health: async ({ instance, context, signal }) => {
    const { length } = await instance.api.symbols({ context, signal });
    return { status: "ok", message: `the exchange lists ${length} symbols` };
  },
  resources: (request, call) => resources.fetch(request, call),
  streams: {
    "prices/:symbol": {
      subscribe: async ({ params }, { instance, context, signal }) => {
        const listed = await instance.api.symbols({ context, signal });
        return { status: listed.some(({ symbol }) => symbol === params.symbol) ? "ok" : "notFound" };
      },
      async *run({ params }, { instance, signal }) {
        watching.inc();
        try {
          for await (const price of instance.trades.subscribe(params.symbol, signal)) {
            yield pricesFrame(params.symbol, [[Date.now(), price]]);
          }
        } finally {
          watching.dec();
        }
      },
    },
  },
  metrics: registry,
  observers: await defaultObservers({ log, registry, tracer }),
});

await servePlugin([plugin, implement(v1, adaptHandlersToV1(plugin.implementation))], {
  // A recording has the requests behind an answer, so it is outside of the cache.
  interceptors: [captureHar(), queryCache({ ttlMs: 30_000 })],
});
