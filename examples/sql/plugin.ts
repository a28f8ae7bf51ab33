import { adaptHandlersToV1 } from "grafana-plugin-protocol/compat";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { dataSource, parseSqlFormat } from "grafana-plugin-protocol/sdk";
import { v1 } from "grafana-plugin-protocol/v1";
import * as z from "zod";
import { answerCompletions, tablesOf } from "./completions.ts";
import { openDatabase } from "./open-database.ts";
import { runQuery, sqlModel } from "./run-query.ts";
import { addPeriods } from "./sqlite-macros.ts";

const plugin = dataSource({
  settings: z.object({ rowLimit: z.int().min(1).default(1_000_000) }),
  create: () => {
    const database = openDatabase();
    addPeriods(database);
    return { database, close: () => database.close() };
  },
  queries: {
    "": {
      model: sqlModel,
      run: (query, { instance, settings, context }) => {
        const { rowLimit } = settings.jsonData;
        return runQuery(
          instance.database,
          query,
          Math.min(rowLimit, context.config.sql?.rowLimit ?? rowLimit),
        );
      },
    },
  },
  health: ({ instance }) => ({ status: "ok", message: `${tablesOf(instance.database).length} tables` }),
  resources: (request, { instance }) => answerCompletions(request, instance.database),
});

// A host of protocol 1 has series and tables: its queries say which.
const isSeries = (_: unknown, query: { readonly modelJson: string } | undefined): boolean => {
  const format = parseSqlFormat(JSON.parse(query?.modelJson ?? "{}").format);
  return format === "timeseries" || format === "multi";
};

await servePlugin([plugin, implement(v1, adaptHandlersToV1(plugin.implementation, { isSeries }))]);
