import { invalidOption } from "../../option-checks.ts";
import type { StandardSchema } from "./standard-schema.ts";

/** A JSON Schema that is an object. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Options of {@link jsonSchemaOf}. */
export interface JsonSchemaOptions {
  /** Whether it describes what is validated, or what validation returns. Default `input`: what users and hosts store. */
  readonly io?: "input" | "output" | undefined;
  /**
   * Makes the JSON Schema for a library that does not offer it itself, such as `toJsonSchema` of
   * `@valibot/to-json-schema`. Any draft from 4 on.
   */
  readonly toJsonSchema?: ((schema: never) => JsonSchema) | undefined;
}

/**
 * The JSON Schema (draft 7) of a Standard Schema. Zod 4.2 and arktype 2.1.28 and newer offer it; for others pass
 * `toJsonSchema`.
 *
 * @throws PluginError `invalid_option` for a library that offers none; what the library throws for a type that JSON does
 *   not have
 */
export function jsonSchemaOf(schema: StandardSchema, options: JsonSchemaOptions = {}): JsonSchema {
  const { io = "input", toJsonSchema } = options;
  if (toJsonSchema !== undefined) return toJsonSchema(schema as never);
  const standard = schema["~standard"] as StandardSchema["~standard"] & Partial<StandardJsonSchema>;
  const make = standard.jsonSchema?.[io];
  if (typeof make !== "function") {
    throw invalidOption(
      "schema",
      `of a library with ~standard.jsonSchema, such as Zod 4.2: update "${standard.vendor}", or pass toJsonSchema`,
      schema,
    );
  }
  return make({ target: "draft-07" });
}

/** Standard JSON Schema, version 1. */
interface StandardJsonSchema {
  readonly jsonSchema: Readonly<
    Record<"input" | "output", (options: { readonly target: string }) => JsonSchema>
  >;
}
