import type { JsonSchema } from "./json-schema.ts";

/** Keywords that later drafts have and draft 4 lacks, and that cannot be said in another way. */
const dropped = new Set([
  "$anchor",
  "$comment",
  "$dynamicAnchor",
  "$dynamicRef",
  "$vocabulary",
  "contains",
  "contentEncoding",
  "contentMediaType",
  "contentSchema",
  "dependentRequired",
  "dependentSchemas",
  "else",
  "if",
  "maxContains",
  "minContains",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);

const schemaKeywords = new Set(["additionalItems", "additionalProperties", "not"]);
const listKeywords = new Set(["allOf", "anyOf", "oneOf"]);
const mapKeywords = new Set(["definitions", "patternProperties", "properties"]);

/**
 * Turns a JSON Schema of any later draft into draft 4, which Kubernetes and Grafana's API read. What draft 4 cannot say,
 * such as `if`, is left out: the result accepts more.
 */
export function toDraft04(schema: JsonSchema): JsonSchema {
  const { $schema: _, ...made } = convert(schema) as JsonSchema;
  return { $schema: "http://json-schema.org/draft-04/schema#", ...made };
}

/** Converts a schema without its `$schema`. */
export function convert(schema: unknown): unknown {
  if (schema === true) return {};
  if (schema === false) return { not: {} };
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema;
  const given = schema as JsonSchema;
  const made: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(given)) {
    if (!dropped.has(keyword)) convertKeyword(made, keyword, value);
  }
  limit(made, given, "minimum", "exclusiveMinimum", Math.max);
  limit(made, given, "maximum", "exclusiveMaximum", Math.min);
  if (Object.hasOwn(given, "prefixItems")) {
    made["items"] = (given["prefixItems"] as unknown[]).map(convert);
    if (Object.hasOwn(given, "items")) made["additionalItems"] = convertFlag(given["items"]);
  }
  return made;
}

function convertKeyword(made: Record<string, unknown>, keyword: string, value: unknown): void {
  if (keyword === "const") made["enum"] = [value];
  else if (keyword === "$id") made["id"] = value;
  else if (keyword === "$ref") made["$ref"] = String(value).replace("#/$defs/", "#/definitions/");
  else if (keyword === "$defs") made["definitions"] = convertMap(value);
  else if (keyword === "prefixItems") return;
  else if (keyword === "items") made["items"] = Array.isArray(value) ? value.map(convert) : convert(value);
  else if (schemaKeywords.has(keyword)) made[keyword] = convertFlag(value);
  else if (listKeywords.has(keyword)) made[keyword] = (value as unknown[]).map(convert);
  else if (mapKeywords.has(keyword)) made[keyword] = convertMap(value);
  else made[keyword] = value;
}

/** Where draft 4 also takes true and false. */
function convertFlag(value: unknown): unknown {
  return typeof value === "boolean" ? value : convert(value);
}

function convertMap(map: unknown): unknown {
  return Object.fromEntries(Object.entries(map as JsonSchema).map(([name, each]) => [name, convert(each)]));
}

/** An exclusive limit is a number of its own in later drafts, and a flag of the other limit in draft 4. */
function limit(
  made: Record<string, unknown>,
  given: JsonSchema,
  inclusive: string,
  exclusive: string,
  closer: (a: number, b: number) => number,
): void {
  const bound = given[exclusive];
  if (typeof bound !== "number") return;
  const other = given[inclusive];
  delete made[exclusive];
  if (typeof other === "number" && closer(other, bound) !== bound) return;
  made[inclusive] = bound;
  made[exclusive] = true;
}
