import { describeValue } from "../../option-checks.ts";
import type { JsonSchema } from "./json-schema.ts";

/**
 * Says what is wrong with a value, one text for each fault; empty if it fits the schema. `null` counts as absent, as
 * Go hosts read it.
 *
 * @param path of the value, such as `info.version`; empty for the whole
 */
export function checkJson(schema: JsonSchema, value: unknown, path: string = ""): readonly string[] {
  const fault = (expected: string): readonly string[] => [
    `${path === "" ? "the file" : path}: expected ${expected}, got ${describeValue(value)}`,
  ];
  const { type } = schema;
  if (type !== undefined && !isOfType(type, value)) return fault(names[type]);
  return [
    ...(schema.const !== undefined && value !== schema.const ? fault(JSON.stringify(schema.const)) : []),
    ...(schema.enum !== undefined && !schema.enum.includes(String(value))
      ? fault(`one of ${schema.enum.map((each) => JSON.stringify(each)).join(", ")}`)
      : []),
    ...(typeof value === "string" ? checkText(schema, value, fault) : []),
    ...(Array.isArray(value) && schema.items !== undefined
      ? value.flatMap((item, index) => checkJson(schema.items ?? {}, item, `${path}[${index}]`))
      : []),
    ...(isObject(value) ? checkMembers(schema, value, path) : []),
    ...(schema.allOf ?? []).flatMap((each) => checkJson(each, value, path)),
    ...(schema.not !== undefined && checkJson(schema.not, value, path).length === 0
      ? fault("another value")
      : []),
    ...(schema.if !== undefined && schema.then !== undefined && checkJson(schema.if, value, path).length === 0
      ? checkJson(schema.then, value, path)
      : []),
  ];
}

const names = {
  array: "a list",
  boolean: "true or false",
  number: "a number",
  object: "an object",
  string: "a text",
} as const;

function checkText(
  { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern }: JsonSchema,
  text: string,
  fault: (expected: string) => readonly string[],
): readonly string[] {
  if (text.length < minLength) return fault("a text that is not empty");
  if (text.length > maxLength) return fault(`a text of at most ${maxLength} characters`);
  return pattern === undefined || new RegExp(pattern, "u").test(text) ? [] : fault(`a text like ${pattern}`);
}

function checkMembers(
  { required = [], properties = {} }: JsonSchema,
  value: Readonly<Record<string, unknown>>,
  path: string,
): readonly string[] {
  const within = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const missing = required
    .filter((name) => isAbsent(value, name))
    .map((name) => `${within(name)}: is missing`);
  const faults = Object.entries(properties).flatMap(([name, schema]) =>
    isAbsent(value, name) ? [] : checkJson(schema, value[name], within(name)),
  );
  return [...missing, ...faults];
}

function isAbsent(value: Readonly<Record<string, unknown>>, name: string): boolean {
  return !Object.hasOwn(value, name) || value[name] === null;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOfType(type: NonNullable<JsonSchema["type"]>, value: unknown): boolean {
  if (type === "array") return Array.isArray(value);
  return type === "object" ? isObject(value) : typeof value === type;
}
