// The data source with schemas that need no library.
import { servePlugin } from "grafana-plugin-protocol/plugin";
import { plainSchemas } from "./plain-schemas.ts";
import { sensorSource } from "./sensor-source.ts";

void servePlugin([sensorSource(plainSchemas)]);
