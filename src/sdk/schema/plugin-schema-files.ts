import { invalidOption } from "../../option-checks.ts";
import { type JsonSchema, type JsonSchemaOptions, jsonSchemaOf } from "./json-schema.ts";
import { describeIssues } from "./parse-with-schema.ts";
import type { StandardSchema } from "./standard-schema.ts";
import { convert, toDraft04 } from "./to-draft-04.ts";

/** An example of settings. */
export interface SettingsExample {
  readonly description?: string | undefined;
  /** The settings, with `jsonData` and what stands beside it. */
  readonly value: { readonly jsonData?: unknown; readonly [name: string]: unknown };
}

/** An example of a query, as a dashboard stores it. */
export interface QueryExample {
  readonly name: string;
  readonly description?: string | undefined;
  readonly model: Readonly<Record<string, unknown>>;
}

/** A query type: an entry of the `queries` of a data source is one. */
export interface QuerySchema {
  readonly model?: StandardSchema | undefined;
  readonly description?: string | undefined;
  readonly examples?: readonly QueryExample[] | undefined;
}

/** One operation of a resource, for OpenAPI. */
export interface RouteSchema {
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  readonly query?: StandardSchema | undefined;
  /** The JSON that it takes. */
  readonly body?: StandardSchema | undefined;
  /** The JSON that it answers with. */
  readonly response?: StandardSchema | undefined;
}

type Method = "delete" | "get" | "head" | "options" | "patch" | "post" | "put" | "trace";

/** What a plugin's settings, queries and resources are. */
export interface PluginSchemaInput extends Pick<JsonSchemaOptions, "toJsonSchema"> {
  /** The version of the plugin's API that it describes, such as `v0alpha1`. */
  readonly apiVersion: string;
  /** The schema of `jsonData`. */
  readonly settings?: StandardSchema | undefined;
  /** JSON Schemas of settings beside `jsonData`, such as `url`. */
  readonly settingsBeside?: Readonly<Record<string, JsonSchema>> | undefined;
  /** The schema of the decrypted secrets: an object of strings. */
  readonly secrets?: StandardSchema | undefined;
  readonly settingsExamples?: Readonly<Record<string, SettingsExample>> | undefined;
  /** By their `queryType`; `""` is the type of queries that have none. */
  readonly queries?: Readonly<Record<string, QuerySchema>> | undefined;
  /** By path below `/resources` or `/proxy`, and method. */
  readonly routes?: Readonly<Record<string, { readonly [M in Method]?: RouteSchema }>> | undefined;
  /** `composite`: a folder with a file for each part. `single`: one file with all. Default `composite`. */
  readonly layout?: "composite" | "single" | undefined;
}

/**
 * Makes the schema files from which Grafana reads what a plugin stores and offers: the files of the Go SDK's `pluginschema`.
 * Write them below `schema` in the folder of the plugin. Examples are validated.
 *
 * @returns the text of each file by its path
 * @throws PluginError `invalid_option` for an example that its schema rejects, a path that is not below `/resources` or
 *   `/proxy`, or secrets that are not an object; what `jsonSchemaOf` throws
 */
export async function pluginSchemaFiles(input: PluginSchemaInput): Promise<Record<string, string>> {
  const { apiVersion, layout = "composite" } = input;
  if (!/^v\d+((?:alpha|beta)\d+)?$/.test(apiVersion)) {
    throw invalidOption("apiVersion", "a version such as v1 or v0alpha1", apiVersion);
  }
  await checkExamples(input);
  const parts = {
    settings: settingsOf(input),
    settingsExamples: settingsExamplesOf(input),
    routes: routesOf(input),
    queryTypes: queryTypesOf(input),
    queryExamples: queryExamplesOf(input),
  };
  if (layout === "single")
    return { [`${apiVersion}.json`]: text({ targetApiVersion: apiVersion, ...parts }) };
  const files = {
    settings: parts.settings,
    "settings.examples": parts.settingsExamples,
    routes: parts.routes,
    "query.types": parts.queryTypes,
    "query.examples": parts.queryExamples,
  };
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, part]) =>
      part === undefined ? [] : [[`${apiVersion}/${name}.json`, text(part)]],
    ),
  );
}

/** The same each time, so that the files can be compared with those that are committed. */
function text(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function settingsOf({ settings, settingsBeside, secrets, toJsonSchema }: PluginSchemaInput): unknown {
  if (settings === undefined && settingsBeside === undefined && secrets === undefined) return undefined;
  const jsonData = settings === undefined ? undefined : part(settings, { toJsonSchema });
  const beside = Object.entries(settingsBeside ?? {}).map(
    ([name, schema]) => [name, convert(schema)] as const,
  );
  const isRequired = Array.isArray(jsonData?.["required"]) && jsonData["required"].length > 0;
  return {
    spec: {
      $schema: draft04,
      type: "object",
      properties: { ...Object.fromEntries(beside), ...(jsonData !== undefined && { jsonData }) },
      ...(isRequired && { required: ["jsonData"] }),
    },
    ...(secrets !== undefined && { secureValues: secureValuesOf(secrets, { toJsonSchema }) }),
  };
}

const draft04 = "http://json-schema.org/draft-04/schema#";

/** A schema within a file: only the whole one names its draft. */
function part(schema: StandardSchema, options: JsonSchemaOptions): JsonSchema {
  const { $schema: _, ...made } = toDraft04(jsonSchemaOf(schema, options));
  return made;
}

function secureValuesOf(secrets: StandardSchema, options: JsonSchemaOptions): unknown {
  const { properties, required = [] } = part(secrets, options) as {
    readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
    readonly required?: readonly string[];
  };
  if (properties === undefined) {
    throw invalidOption("secrets", "the schema of an object with a property for each secret", secrets);
  }
  return Object.entries(properties).map(([key, { description }]) => ({
    key,
    ...(description !== undefined && { description }),
    ...(required.includes(key) && { required: true }),
  }));
}

function settingsExamplesOf({ settingsExamples }: PluginSchemaInput): unknown {
  return settingsExamples === undefined ? undefined : { examples: settingsExamples };
}

function queryTypesOf({ queries, toJsonSchema }: PluginSchemaInput): unknown {
  if (queries === undefined) return undefined;
  return {
    kind: "QueryTypeDefinitionList",
    apiVersion: "datasource.grafana.app/v0alpha1",
    metadata: {},
    items: Object.entries(queries).map(([queryType, { model, description }]) => ({
      metadata: { name: nameOf(queryType) },
      spec: {
        ...(queryType !== "" && { discriminators: [{ field: "queryType", value: queryType }] }),
        ...(description !== undefined && { description }),
        schema: querySchemaOf(model, { toJsonSchema }),
      },
    })),
  };
}

function querySchemaOf(model: StandardSchema | undefined, options: JsonSchemaOptions): unknown {
  const made = { $schema: draft04, type: "object", ...(model && part(model, options)) };
  const properties = (made as JsonSchema)["properties"] ?? {};
  // The Go SDK adds to the properties, and panics where there are none.
  const isEmpty = Object.keys(properties as object).length === 0;
  return { ...made, properties: isEmpty ? { queryType: { type: "string" } } : properties };
}

function nameOf(queryType: string): string {
  return queryType === "" ? "default" : queryType;
}

function queryExamplesOf({ queries = {} }: PluginSchemaInput): unknown {
  const examples = Object.entries(queries).flatMap(([queryType, { examples = [] }]) =>
    examples.map(({ name, description, model }) => ({
      name,
      queryType,
      ...(description !== undefined && { description }),
      saveModel: model,
    })),
  );
  return examples.length === 0 ? undefined : { examples };
}

function routesOf({ routes, toJsonSchema }: PluginSchemaInput): unknown {
  if (routes === undefined) return undefined;
  const paths = Object.entries(routes).map(([path, operations]) => {
    if (!/^\/(?:resources|proxy)(?:\/|$)/.test(path)) {
      throw invalidOption("routes", "by paths that begin with /resources or /proxy", path);
    }
    const made = Object.entries(operations).map(
      ([method, operation]) => [method, operationOf(operation, { toJsonSchema })] as const,
    );
    return [path, Object.fromEntries(made)] as const;
  });
  return { paths: Object.fromEntries(paths) };
}

function operationOf(operation: RouteSchema, options: JsonSchemaOptions): unknown {
  const { summary, description, query, body, response } = operation;
  const json = (schema: StandardSchema, io: "input" | "output"): unknown => ({
    "application/json": { schema: part(schema, { ...options, io }) },
  });
  return {
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    ...(query !== undefined && { parameters: parametersOf(query, options) }),
    ...(body !== undefined && { requestBody: { content: json(body, "input"), required: true } }),
    responses: {
      200: { description: "OK", ...(response !== undefined && { content: json(response, "output") }) },
    },
  };
}

function parametersOf(query: StandardSchema, options: JsonSchemaOptions): unknown {
  const { properties = {}, required = [] } = part(query, options) as {
    readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    ...(description !== undefined && { description }),
    ...(required.includes(name) && { required: true }),
    schema,
  }));
}

async function checkExamples({
  settings,
  settingsExamples = {},
  queries = {},
}: PluginSchemaInput): Promise<void> {
  for (const [name, { value }] of Object.entries(settingsExamples)) {
    if (settings !== undefined)
      await check(`settingsExamples.${name}.value.jsonData`, settings, value.jsonData ?? {});
  }
  for (const [queryType, { model: schema, examples = [] }] of Object.entries(queries)) {
    for (const { name, model } of examples) {
      if (schema !== undefined)
        await check(`the example "${name}" of queries.${nameOf(queryType)}`, schema, model);
    }
  }
}

async function check(name: string, schema: StandardSchema, value: unknown): Promise<void> {
  const { issues } = await schema["~standard"].validate(value);
  if (issues === undefined) return;
  throw invalidOption(name, `a value that its schema accepts (${describeIssues("", issues)})`, value);
}
