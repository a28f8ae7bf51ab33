import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sliceElements } from "../../../src/gateway/http/slice-elements.ts";

test("the texts of a list, put together and parsed, are what JSON.parse makes of it", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.oneof(fc.constant("queries"), fc.string()),
        fc.json().map((text) => JSON.parse(text) as unknown),
      ),
      fc.array(fc.jsonValue()),
      fc.constantFrom(undefined, 1, "\t"),
      (others, list, space) => {
        const text = JSON.stringify({ ...others, queries: list }, null, space);

        const texts = sliceElements(text, "queries");

        const { queries } = JSON.parse(text) as { readonly queries: unknown };
        assert.deepEqual(
          texts.map((each) => JSON.parse(each) as unknown),
          queries,
        );
      },
    ),
    { numRuns: 300 },
  );
});

for (const json of [
  "{}",
  " { } ",
  '{"queries":null}',
  '{"queries":{"a":[1]}}',
  '{"queries":"[1]"}',
  '{"a":[1]}',
  "[]",
]) {
  test(`there are none in ${json}`, () => {
    assert.deepEqual(sliceElements(json, "queries"), []);
  });
}

test("a list of a hundred thousand levels is one text", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

  assert.deepEqual(sliceElements(`{"queries":[${deep},1]}`, "queries"), [deep, "1"]);
});
