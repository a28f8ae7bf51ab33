import { createLogger, implement, servePlugin } from "grafana-plugin-protocol/plugin";
import {
  collectMetrics,
  defaultObservers,
  loggerOfCall,
  observeHandlers,
  propagationHeaders,
} from "grafana-plugin-protocol/sdk";
import { answerQueries, answerResource, QueryError, v2 } from "grafana-plugin-protocol/v2";
import { Counter, collectDefaultMetrics, Registry } from "prom-client";
import { createTracer } from "./tracing.ts";

const log = createLogger();
const registry = new Registry();
collectDefaultMetrics({ register: registry });
const queries = new Counter({ name: "demo_queries_total", help: "Queries", registers: [registry] });

const plugin = implement(v2, {
  diagnostics: { collectMetrics: collectMetrics(registry) },
  data: {
    queryData: (request, context) => {
      const { pluginContext } = request;
      const ofCall = loggerOfCall(log, { endpoint: "queryData", pluginContext, context });
      return answerQueries(request, ({ refId }) => {
        queries.inc();
        ofCall.with({ refId }).info("a query has come");
        if (refId === "A") return [];
        throw new QueryError("no such table", { status: 404, errorSource: "downstream" });
      });
    },
  },
  resource: {
    // With these headers a request to another service belongs to the same trace.
    callResource: (_request, context) => answerResource({ body: propagationHeaders(context) }),
  },
});

const observers = await defaultObservers({ log, registry, tracer: createTracer("demo", log) });
await servePlugin([observeHandlers(plugin, observers)]);
