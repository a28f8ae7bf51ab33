import assert from "node:assert/strict";
import { test } from "node:test";
import { convert, toDraft04 } from "../../../src/sdk/schema/to-draft-04.ts";

test("what later drafts say otherwise is said as in draft 4", () => {
  const cases: readonly (readonly [unknown, unknown])[] = [
    [{ const: null }, { enum: [null] }],
    [{ exclusiveMinimum: 1 }, { minimum: 1, exclusiveMinimum: true }],
    [
      { minimum: 0, exclusiveMinimum: 1 },
      { minimum: 1, exclusiveMinimum: true },
    ],
    [{ minimum: 2, exclusiveMinimum: 1 }, { minimum: 2 }],
    [
      { minimum: 1, exclusiveMinimum: 1 },
      { minimum: 1, exclusiveMinimum: true },
    ],
    [{ maximum: 5, exclusiveMaximum: 9 }, { maximum: 5 }],
    [{ exclusiveMaximum: 9 }, { maximum: 9, exclusiveMaximum: true }],
    [
      { minimum: 1, exclusiveMinimum: true },
      { minimum: 1, exclusiveMinimum: true },
    ],
    [
      { prefixItems: [{ const: 1 }, true], items: false },
      { items: [{ enum: [1] }, {}], additionalItems: false },
    ],
    [{ items: { const: 1 } }, { items: { enum: [1] } }],
    [
      { items: [true], additionalItems: { const: 1 } },
      { items: [{}], additionalItems: { enum: [1] } },
    ],
    [
      { $ref: "#/$defs/a", $defs: { a: { const: 1 } } },
      { $ref: "#/definitions/a", definitions: { a: { enum: [1] } } },
    ],
    [{ properties: { a: false, const: true } }, { properties: { a: { not: {} }, const: {} } }],
    [
      { additionalProperties: false, not: { const: 1 } },
      { additionalProperties: false, not: { enum: [1] } },
    ],
    [{ anyOf: [true, { $id: "x" }] }, { anyOf: [{}, { id: "x" }] }],
    [{ if: {}, contains: {}, type: ["string", "null"] }, { type: ["string", "null"] }],
  ];
  for (const [given, expected] of cases) assert.deepEqual(convert(given), expected, JSON.stringify(given));
});

test("values in a schema are not taken for schemas", () => {
  const schema = {
    default: { const: 1 },
    enum: [{ $defs: 1 }],
    examples: [{ if: 1 }],
    example: { const: 1 },
  };

  assert.deepEqual(convert(schema), schema);
});

test("the whole schema names its draft", () => {
  assert.deepEqual(toDraft04({ $schema: "https://json-schema.org/draft/2020-12/schema", type: "object" }), {
    $schema: "http://json-schema.org/draft-04/schema#",
    type: "object",
  });
});
