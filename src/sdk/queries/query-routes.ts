import type { DataQuery } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { messageOf, PluginError } from "../../errors.ts";
import type { Frame } from "../../frames/frame.ts";
import { isThenable } from "../../handlers/is-thenable.ts";
import { functionOption, objectOption } from "../../option-checks.ts";
import type { FrameRows, Rows } from "../../v2/responses/check-frames.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import type { HandlerCall } from "../call/handler-call.ts";
import { describeIssues, parseWith } from "../schema/parse-with-schema.ts";
import type { StandardSchema } from "../schema/standard-schema.ts";
import { type Validate, validatorOf } from "../schema/validator-of.ts";
import { type QueryInput, toQueryInput } from "./query-input.ts";

/**
 * What a query is answered with: a frame, a list of frames, or rows as they arrive (an iterable or a generator of
 * frames; those with the same fields, or the same `frameId`, are rows of one frame).
 */
export type QueryAnswer = Frame | readonly (Frame | FrameRows)[] | Rows;

/** How queries of one type are answered. */
export interface QueryRoute<Model = unknown, Instance = undefined, Settings = undefined> {
  /**
   * The schema of the query as its editor saved it: a JSON object, in which hosts also set `refId`, `datasource` and
   * such. Default: any, typed as `unknown`.
   */
  readonly model?: StandardSchema<unknown, Model> | undefined;
  /** Answers one query. What it throws fails this query only: a `QueryError` with its status and source. */
  readonly run: (
    query: QueryInput<Model>,
    call: HandlerCall<Instance, Settings>,
  ) => QueryAnswer | Promise<QueryAnswer>;
}

/** Routes by `queryType`; that of the empty text is for all types without a route. */
export type QueryRoutes<Models, Instance, Settings> = {
  readonly [Type in keyof Models]: QueryRoute<Models[Type], Instance, Settings>;
};

type AnyRoute = QueryRoute<unknown, unknown, unknown>;

/** Finds the route of a query, validates its model and runs it. */
export type RunQuery = (
  query: DataQuery,
  call: HandlerCall<unknown, unknown>,
) => QueryAnswer | PromiseLike<QueryAnswer>;

/** Types that the error of an unknown one names. */
const maxNamedTypes = 20;

/**
 * @throws PluginError `invalid_option` for a route without `run`, or with something else than a schema
 */
export function compileRoutes(routes: Readonly<Record<string, unknown>>): RunQuery {
  objectOption("queries", routes, "an object of routes by query type, such as { range: { run } }");
  const given = Object.entries(routes as Readonly<Record<string, AnyRoute>>);
  for (const [type, route] of given) checkRoute(type, route);
  const byType = new Map(given.map(([type, route]) => [type, { route, validate: validatorOfModel(route) }]));
  const fallback = byType.get("");
  const types = [...byType.keys()].filter((type) => type !== "");
  return (query, call) => {
    const found = byType.get(query.queryType) ?? fallback;
    if (found === undefined) throw unknownType(query, types);
    const { route, validate } = found;
    const parsed = parseModel(query);
    if (validate === undefined) return route.run(toQueryInput(query, parsed), call);
    const model = parseWith(validate, parsed, (issues) =>
      badQuery(query, `expected a model of ${nameOf(query.queryType)}: ${describeIssues("", issues)}`),
    );
    return isThenable(model)
      ? model.then((late) => route.run(toQueryInput(query, late), call))
      : route.run(toQueryInput(query, model), call);
  };
}

function validatorOfModel({ model }: AnyRoute): Validate<unknown> | undefined {
  return model === undefined ? undefined : validatorOf(model);
}

function checkRoute(type: string, route: AnyRoute): void {
  const name = `queries[${JSON.stringify(type)}]`;
  const { model, run } = objectOption(name, route, "an object such as { model, run }");
  functionOption(`${name}.run`, run);
  if (model === undefined) return;
  // Schemas of arktype are functions.
  const standard = (model as Partial<StandardSchema> | null)?.["~standard"];
  if (typeof standard?.validate === "function") return;
  throw new PluginError(
    "invalid_option",
    `${name}.model must be a Standard Schema, such as one of zod, valibot or arktype`,
  );
}

const decoder = new TextDecoder();

function parseModel(query: DataQuery): unknown {
  // Hosts always send one; a test may not.
  if (query.json.length === 0) return {};
  try {
    return JSON.parse(decoder.decode(query.json));
  } catch (reason) {
    throw badQuery(query, `expected JSON as its model, got ${query.json.length} bytes: ${messageOf(reason)}`);
  }
}

function unknownType(query: DataQuery, types: readonly string[]): QueryError {
  const named = types.slice(0, maxNamedTypes).map((type) => JSON.stringify(type));
  const rest = types.length - named.length;
  const known = named.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  const expected = types.length === 0 ? "this plugin has none" : `expected one of ${known}`;
  return badQuery(query, `${expected}, got ${nameOf(query.queryType)}`);
}

function nameOf(queryType: string): string {
  if (queryType === "") return "a query without a type";
  const shown = queryType.length > 100 ? `${queryType.slice(0, 100)}…` : queryType;
  return `the query type ${JSON.stringify(shown)}`;
}

/** Status 400 and, as in the Go SDK, the plugin as its source: its own query editor saved the query. */
function badQuery({ refId }: DataQuery, problem: string): QueryError {
  return new QueryError(`query ${refId}: ${problem}`, { status: 400, errorSource: "plugin" });
}
