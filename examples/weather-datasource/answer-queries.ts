import type { DatabaseSync } from "node:sqlite";
import { type Frame, FrameError } from "grafana-plugin-protocol/frames";
import { badQuery, type Format, type Range, selectFrame, selectFrames } from "./select-frames.ts";

/**
 * Answers queries and counts them. An example of a query: `{"rawSql": "select date, location, temp_max from weather where
 * date between :from and :to", "format": "time_series"}`; without a format it is `table`. A wrong query
 * throws a QueryError.
 */
export interface Queries {
  readonly answer: (json: string, range: Range) => { readonly frame: Frame; readonly format: Format };
  /** For answers of any length: some rows at a time. */
  readonly answerInParts: (json: string, range: Range) => AsyncGenerator<Frame>;
  /** The counts as Prometheus text. */
  readonly metrics: () => string;
}

export function createQueries(database: DatabaseSync): Queries {
  const counts = { ok: 0, error: 0 };
  return {
    answer(json, range) {
      try {
        const { rawSql, format } = parseQuery(json);
        const frame = selectFrame(database, rawSql, format, range);
        counts.ok += 1;
        return { frame, format };
      } catch (error) {
        counts.error += 1;
        throw explain(error);
      }
    },
    async *answerInParts(json, range) {
      try {
        yield* selectFrames(database, parseQuery(json).rawSql, range);
        counts.ok += 1;
      } catch (error) {
        counts.error += 1;
        throw explain(error);
      }
    },
    metrics: () => `# HELP weather_queries_total Queries answered, by outcome.
# TYPE weather_queries_total counter
weather_queries_total{outcome="ok"} ${counts.ok}
weather_queries_total{outcome="error"} ${counts.error}
`,
  };
}

/** The format that a query asks for. */
export function formatOf(json = ""): Format {
  return parseQuery(json).format;
}

function parseQuery(json: string): { readonly rawSql: string; readonly format: Format } {
  const { rawSql, format = "table" }: { rawSql?: unknown; format?: unknown } = Object(parseJson(json));
  if (typeof rawSql !== "string") throw badQuery('expected "rawSql" with a select statement in the query');
  if (format !== "table" && format !== "time_series") {
    throw badQuery(`format must be "table" or "time_series", got ${JSON.stringify(format)}`);
  }
  return { rawSql, format };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json || "{}");
  } catch (cause) {
    throw badQuery(`expected JSON in the query: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

/** A statement that SQLite refuses, and rows that do not fit into a frame, are the query's fault. Other errors are defects. */
function explain(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const isRefused = error instanceof FrameError || refusals.includes(code);
  return isRefused && error instanceof Error ? badQuery(error.message, error) : error;
}

// A wrong statement, an integer beyond the range of a number, a missing statement.
const refusals = ["ERR_SQLITE_ERROR", "ERR_OUT_OF_RANGE", "ERR_INVALID_ARG_VALUE"];
