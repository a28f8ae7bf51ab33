import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code } from "grafana-plugin-protocol";
import { type ConversionInput, type StoredQuery, serveConversion } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";
import { jsonBytes } from "../../helpers/plugin-context.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";

const pluginOf = (conversion: ReturnType<typeof serveConversion>) =>
  createInMemoryPlugin(v2, { conversion }, { onLog: () => {} }).conversion;
const raw = (value: unknown, contentType = "application/json") => ({ raw: jsonBytes(value), contentType });
const parsed = (objects: readonly { readonly raw: Uint8Array }[]): unknown[] =>
  objects.map((object) => JSON.parse(new TextDecoder().decode(object.raw)));

suite("conversion", () => {
  test("convert receives parsed objects and the version, and its answer repeats the uid", async () => {
    const seen: ConversionInput[] = [];
    const conversion = pluginOf(
      serveConversion({
        convert: (input) => {
          seen.push(input);
          return input.objects.map((object) => ({ ...(object as object), version: 2 }));
        },
      }),
    );

    const { uid, result, objects } = await conversion.convertObjects({
      uid: "7",
      targetVersion: { group: "g", version: "v2" },
      objects: [raw({ a: 1 }), raw({ b: 2 })],
    });

    assert.deepEqual(seen[0], {
      targetVersion: { group: "g", version: "v2" },
      objects: [{ a: 1 }, { b: 2 }],
    });
    assert.deepEqual([uid, result?.status], ["7", "Success"]);
    assert.deepEqual(parsed(objects), [
      { a: 1, version: 2 },
      { b: 2, version: 2 },
    ]);
    assert.ok(objects.every(({ contentType }) => contentType === "application/json"));
  });

  test("objects that cannot be converted fail the call", async () => {
    const conversion = pluginOf(serveConversion({ convert: ({ objects }) => objects.slice(1) }));

    for (const [objects, expected] of [
      [[raw({})], /convert: expected a list of 1 objects, got 0 of them/],
      [[raw({}), raw("{")], /object 1: expected JSON, got 1 bytes/],
      [[raw({}, "text/yaml")], /object 0: expected application\/json, got the content type "text\/yaml"/],
    ] as const) {
      const failed = await rejectsWithConnectError(
        conversion.convertObjects({ objects: [...objects] }),
        Code.Unknown,
      );
      assert.match(failed.rawMessage, expected);
    }
  });

  test("queries of all requests are migrated in one list, as Go and as frontends write them", async () => {
    const seen: StoredQuery[] = [];
    const conversion = pluginOf(
      serveConversion({
        convert: () => assert.fail("queries are not converted"),
        migrateQueries: async (queries) => {
          seen.push(...queries);
          return queries.map(({ refId, model }) => ({ refId, expr: model["query"] }));
        },
      }),
    );

    const { uid, objects } = await conversion.convertObjects({
      uid: "7",
      objects: [
        raw({ Queries: [{ RefID: "A", QueryType: "range", JSON: { refId: "A", query: "up" } }] }),
        raw({ queries: [{ refId: "B", query: "down" }, { refId: "C" }] }),
      ],
    });

    assert.deepEqual(seen, [
      { refId: "A", queryType: "range", model: { refId: "A", query: "up" } },
      { refId: "B", queryType: "", model: { refId: "B", query: "down" } },
      { refId: "C", queryType: "", model: { refId: "C" } },
    ]);
    assert.equal(uid, "");
    assert.deepEqual(parsed(objects), [
      { refId: "A", expr: "up" },
      { refId: "B", expr: "down" },
      { refId: "C" },
    ]);
  });

  test("what is no request of queries goes to convert, and fails without one", async () => {
    const migrateQueries = () => [];
    const both = pluginOf(serveConversion({ migrateQueries, convert: ({ objects }) => objects }));
    const one = pluginOf(serveConversion({ migrateQueries }));
    const objects = [raw({ queries: [] }), raw({ a: 1 })];

    assert.deepEqual(parsed((await both.convertObjects({ objects })).objects), [{ queries: [] }, { a: 1 }]);
    const failed = await rejectsWithConnectError(one.convertObjects({ objects }), Code.Unknown);
    assert.match(failed.rawMessage, /expected requests of queries, got other objects/);
  });
});
