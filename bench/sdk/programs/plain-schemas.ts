import type { StandardSchema } from "grafana-plugin-protocol/sdk";
import type { Schemas } from "./schemas.ts";

/** The same checks without a library, for plugins that have none to load. */
export const plainSchemas: Schemas = {
  settings: objectOf({ timeout: isNumber, httpMethod: isMethod, tlsAuth: isBoolean }),
  secrets: objectOf({ apiKey: isText }),
  range: objectOf({ expr: isText }),
  table: objectOf({ table: isText, limit: isCount }),
  rows: objectOf({ rows: isCount, chunk: isCount }),
};

type Check<Value> = (value: unknown) => value is Value;

function objectOf<Model extends object>(
  checks: { readonly [Key in keyof Model]: Check<Model[Key]> },
): StandardSchema<unknown, Model> {
  const entries = Object.entries(checks) as [keyof Model & string, Check<unknown>][];
  return {
    "~standard": {
      version: 1,
      vendor: "bench",
      validate: (value) => {
        const model = value as Model;
        const wrong = entries.find(([name, check]) => !check(model[name]));
        return wrong === undefined
          ? { value: model }
          : { issues: [{ message: "expected another value", path: [wrong[0]] }] };
      },
    },
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0;
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function isMethod(value: unknown): value is "GET" | "POST" {
  return value === "GET" || value === "POST";
}
