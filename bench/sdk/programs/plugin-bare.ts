// The same data source on the bindings alone, as far as the benchmark compares the two.
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import {
  answerQueries,
  answerResource,
  CheckHealthResponse_HealthStatus as Health,
  type PluginContext,
  QueryError,
  v2,
} from "grafana-plugin-protocol/v2";
import { currentUsage } from "../../rpc/programs/usage.ts";
import { pointsOf } from "./points-of.ts";
import type { RangeModel, TableModel } from "./schemas.ts";
import { Sensors } from "./sensors.ts";

const decoder = new TextDecoder();
const sensors = new Map<string, { readonly updatedMs: bigint; readonly instance: Sensors }>();

void servePlugin([
  implement(v2, {
    data: {
      queryData: (request, { signal }) => {
        const instance = sensorsOf(request.pluginContext);
        return answerQueries(
          request,
          ({ queryType, json, timeRange, intervalMS, maxDataPoints }) => {
            const model: unknown = JSON.parse(decoder.decode(json));
            switch (queryType) {
              case "range": {
                const { expr } = model as RangeModel;
                if (typeof expr !== "string") throw new QueryError("expected expr", { status: 400 });
                const fromMs = Number(timeRange?.fromEpochMS);
                const stepMs = Number(intervalMS);
                const points = pointsOf(fromMs, Number(timeRange?.toEpochMS), stepMs, Number(maxDataPoints));
                return instance.series(expr, fromMs, stepMs, points);
              }
              case "table": {
                const { table, limit } = model as TableModel;
                if (typeof table !== "string" || !Number.isInteger(limit)) {
                  throw new QueryError("expected table and limit", { status: 400 });
                }
                return instance.table(table, limit);
              }
              default:
                throw new QueryError(`no such type: ${queryType}`, { status: 400 });
            }
          },
          // As many at a time as the layer runs, which is the default of the Go SDK.
          { signal, concurrency: 10 },
        );
      },
    },
    resource: {
      callResource: ({ pluginContext, path }) => {
        const instance = sensorsOf(pluginContext);
        return path === "sensors"
          ? answerResource({ body: { sensors: instance.names.slice(0, 84) } })
          : answerResource({ code: 404, body: "no such resource" });
      },
    },
    diagnostics: {
      checkHealth: () => ({
        status: Health.OK,
        message: "ready",
        jsonDetails: new TextEncoder().encode(JSON.stringify({ ...currentUsage(), created: sensors.size })),
      }),
    },
  }),
]);

function sensorsOf(context: PluginContext | undefined): Sensors {
  const settings = context?.dataSourceInstanceSettings;
  if (settings === undefined) throw new Error("expected the settings of a data source, got none");
  const known = sensors.get(settings.uid);
  if (known?.updatedMs === settings.lastUpdatedMS) return known.instance;
  const instance = new Sensors();
  sensors.set(settings.uid, { updatedMs: settings.lastUpdatedMS, instance });
  return instance;
}
