// The data source with what every plugin on the Go SDK has: metrics of its calls and two log lines of each.
import { createLogger, servePlugin } from "grafana-plugin-protocol/plugin";
import { defaultObservers, observeHandlers } from "grafana-plugin-protocol/sdk";
import { Registry } from "prom-client";
import { sensorSource } from "./sensor-source.ts";
import { zodSchemas } from "./zod-schemas.ts";

void defaultObservers({ log: createLogger(), registry: new Registry() }).then((observers) =>
  servePlugin([observeHandlers(sensorSource(zodSchemas), observers)]),
);
