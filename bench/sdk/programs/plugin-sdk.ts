// The data source with schemas of zod.
import { servePlugin } from "grafana-plugin-protocol/plugin";
import { sensorSource } from "./sensor-source.ts";
import { zodSchemas } from "./zod-schemas.ts";

void servePlugin([sensorSource(zodSchemas)]);
