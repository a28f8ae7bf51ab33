import { adaptHandlersToV1 } from "grafana-plugin-protocol/compat";
import { formatLogLine } from "grafana-plugin-protocol/go-plugin";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";
import { createQueries, formatOf } from "./answer-queries.ts";
import { createData } from "./v2-data.ts";
import { createDiagnostics } from "./v2-diagnostics.ts";
import { createResource } from "./v2-resource.ts";
import { createStream } from "./v2-stream.ts";
import { openWeatherDatabase } from "./weather-database.ts";

const database = openWeatherDatabase();
const queries = createQueries(database);
const data = createData(queries);

const server = await servePlugin([
  implement(v2, {
    data,
    diagnostics: createDiagnostics(database, queries),
    resource: createResource(database),
    stream: createStream(database),
  }),
  // The same queries for hosts that speak protocol 1, which has series and tables instead of frames.
  implement(
    v1,
    adaptHandlersToV1({ data }, { isSeries: (_, query) => formatOf(query?.modelJson) !== "table" }),
  ),
]);

const { protocolVersion, address } = server;
console.error(
  formatLogLine({ level: "info", message: "weather is served", fields: { protocolVersion, ...address } }),
);
