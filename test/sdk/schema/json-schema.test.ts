import assert from "node:assert/strict";
import { test } from "node:test";
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import { jsonSchemaOf } from "../../../src/sdk/schema/json-schema.ts";

test("a library that offers JSON Schema is asked for draft 7, of what goes in or comes out", () => {
  const schema = z.object({ a: z.string().default("x") });

  assert.equal(jsonSchemaOf(schema)["$schema"], "http://json-schema.org/draft-07/schema#");
  assert.equal(jsonSchemaOf(schema)["required"], undefined);
  assert.deepEqual(jsonSchemaOf(schema, { io: "output" })["required"], ["a"]);
  assert.deepEqual(jsonSchemaOf(type({ a: "string" }))["required"], ["a"]);
});

test("a library that offers none needs a converter, and the error says so", () => {
  const schema = v.object({ a: v.string() });

  assert.throws(() => jsonSchemaOf(schema), {
    code: "invalid_option",
    message: /update "valibot", or pass toJsonSchema/,
  });
  const made = jsonSchemaOf(schema, {
    toJsonSchema: (given: typeof schema) => ({ keys: Object.keys(given.entries) }),
  });
  assert.deepEqual(made, { keys: ["a"] });
});

test("a type that JSON does not have is the library's error", () => {
  assert.throws(() => jsonSchemaOf(z.object({ at: z.date() })), /Date cannot be represented/);
});
