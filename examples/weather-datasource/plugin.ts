import { formatLogLine } from "grafana-plugin-protocol/go-plugin";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";
import { createQueries } from "./answer-queries.ts";
import { createDatasource } from "./v1-datasource.ts";
import { createData } from "./v2-data.ts";
import { createDiagnostics } from "./v2-diagnostics.ts";
import { createResource } from "./v2-resource.ts";
import { createStream } from "./v2-stream.ts";
import { openWeatherDatabase } from "./weather-database.ts";

const database = openWeatherDatabase();
const queries = createQueries(database);

const server = await servePlugin([
  implement(v2, {
    data: createData(queries),
    diagnostics: createDiagnostics(database, queries),
    resource: createResource(database),
    stream: createStream(database),
  }),
  implement(v1, { datasource: createDatasource(queries) }),
]);

const { protocolVersion, address } = server;
console.error(
  formatLogLine({ level: "info", message: "weather is served", fields: { protocolVersion, ...address } }),
);
