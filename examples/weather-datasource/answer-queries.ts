import type { DatabaseSync } from "node:sqlite";
import type { Frame } from "./frame.ts";
import { queryFrames } from "./query-frames.ts";
import type { Range } from "./select-rows.ts";

/** Answers queries and counts them. */
export interface Queries {
  /**
   * @param json such as `{"rawSql": "select date, location, temp_max from weather where date between :from and :to",
   *   "format": "time_series"}`; without a format it is `table`
   */
  readonly answer: (json: string, range: Range) => Answer;
  /** The counts as Prometheus text. */
  readonly metrics: () => string;
}

export type Answer =
  | { readonly format: "table" | "time_series"; readonly frames: readonly Frame[] }
  | { readonly error: string };

export function createQueries(database: DatabaseSync): Queries {
  const counts = { ok: 0, error: 0 };
  return {
    answer(json, range) {
      try {
        const { rawSql, format } = parseQuery(json);
        const frames = queryFrames(database, rawSql, format, range);
        counts.ok += 1;
        return { format, frames };
      } catch (error) {
        counts.error += 1;
        return { error: error instanceof Error ? error.message : String(error) };
      }
    },
    metrics: () => `# HELP weather_queries_total Queries answered, by outcome.
# TYPE weather_queries_total counter
weather_queries_total{outcome="ok"} ${counts.ok}
weather_queries_total{outcome="error"} ${counts.error}
`,
  };
}

function parseQuery(json: string): { rawSql: string; format: "table" | "time_series" } {
  const query: unknown = JSON.parse(json || "{}");
  const { rawSql, format = "table" }: { rawSql?: unknown; format?: unknown } = Object(query);
  if (typeof rawSql !== "string") throw new Error('expected "rawSql" with a select statement in the query');
  if (format !== "table" && format !== "time_series") {
    throw new Error(`format must be "table" or "time_series", got ${JSON.stringify(format)}`);
  }
  return { rawSql, format };
}
