import type { GatewayCore } from "../gateway-core.ts";
import { textAnswer, valueAnswer } from "../http/answers.ts";
import type { Route } from "../http/route.ts";
import type { Gauge } from "./create-metrics.ts";

/** For who opens the address that is printed. */
const greeting = {
  message: "This is a gateway of Grafana plugins. It has Grafana's HTTP API, and no pages.",
  see: ["/api/health", "/api/plugins", "/api/datasources", "/metrics"],
};

/** The gateway's own health and metrics. */
export function ownRoutes(core: GatewayCore, otherGauges: () => readonly Gauge[]): readonly Route[] {
  return [
    { method: "GET", pattern: "/", handle: () => valueAnswer(200, greeting) },
    { method: "GET", pattern: "/api/health", handle: () => valueAnswer(200, healthOf(core)), isPublic: true },
    {
      method: "GET",
      pattern: "/metrics",
      handle: () =>
        textAnswer(
          200,
          core.metrics.write([...gaugesOf(core), ...otherGauges()]),
          "text/plain; version=0.0.4",
        ),
    },
  ];
}

/** As Grafana's: `database` is always ok, because a gateway has none. Public, so it names no plugin. */
function healthOf({ settings, plugins, problems }: GatewayCore): unknown {
  const ready = [...plugins.values()].filter((slot) => slot.status() === "ready").length;
  return {
    commit: "",
    database: "ok",
    version: settings.grafanaVersion,
    plugins: { ready, notReady: plugins.size - ready, unreadable: problems.length },
  };
}

function gaugesOf({ plugins, sources, inFlight }: GatewayCore): readonly Gauge[] {
  const slots = [...plugins.values()];
  return [
    {
      name: "http_requests_in_flight",
      help: "Requests that are being answered.",
      type: "gauge",
      values: [[{}, inFlight()]],
    },
    { name: "data_sources", help: "Data sources.", type: "gauge", values: [[{}, sources.all().length]] },
    {
      name: "plugin_ready",
      help: "Whether the plugin's process is ready.",
      type: "gauge",
      values: slots.map((slot) => [{ plugin_id: slot.info.id }, slot.status() === "ready" ? 1 : 0]),
    },
    {
      name: "plugin_restarts_total",
      help: "Restarts of the plugin.",
      type: "counter",
      values: slots.map((slot) => [{ plugin_id: slot.info.id }, slot.restarts()]),
    },
  ];
}
