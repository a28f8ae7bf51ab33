import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { z } from "zod";
import { type PluginSchemaInput, pluginSchemaFiles } from "../../../src/sdk/schema/plugin-schema-files.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";

const go = await buildGoPeers();

const input: PluginSchemaInput = {
  apiVersion: "v0alpha1",
  settings: z.object({
    path: z.string().min(1).describe("Where the data is"),
    retries: z.int().positive().lt(10).default(3),
    mode: z.literal("fast").optional(),
    pair: z.tuple([z.string(), z.number()]).optional(),
    tags: z.record(z.string(), z.string().nullable()).optional(),
  }),
  settingsBeside: { url: { type: "string", description: "The address" } },
  secrets: z.object({
    token: z.string().describe("From the settings page"),
    password: z.string().optional(),
  }),
  settingsExamples: {
    simple: { description: "a small one", value: { url: "http://x", jsonData: { path: "/a" } } },
  },
  queries: {
    range: {
      model: z.object({ expr: z.string(), step: z.union([z.string(), z.number()]).optional() }),
      description: "Over time",
      examples: [{ name: "up", description: "all", model: { expr: "up" } }],
    },
    "": { model: z.object({}) },
    raw: {},
  },
  routes: {
    "/resources/labels/{name}": {
      get: {
        summary: "Values of a label",
        query: z.object({ name: z.string().describe("Its name"), limit: z.number().optional() }),
        response: z.array(z.object({ value: z.string() })),
      },
      post: { description: "Adds one", body: z.object({ value: z.string() }) },
    },
  },
};

for (const layout of ["composite", "single"] as const) {
  test(`the Go SDK loads every member of what is written, layout ${layout}`, {
    skip: go === undefined && withoutGo,
  }, async (t) => {
    assert.ok(go);
    const files = await pluginSchemaFiles({ ...input, layout });
    const folder = await write(t, files);

    const { stdout } = await promisify(execFile)(go.pluginschema, [layout, folder, "v0alpha1"]);

    const read = (name: string): unknown => JSON.parse(files[`v0alpha1/${name}.json`] ?? "null");
    const expected =
      layout === "single"
        ? JSON.parse(files["v0alpha1.json"] ?? "null")
        : {
            targetApiVersion: "v0alpha1",
            settings: read("settings"),
            settingsExamples: read("settings.examples"),
            routes: read("routes"),
            queryTypes: read("query.types"),
            queryExamples: read("query.examples"),
          };
    assert.deepEqual(JSON.parse(stdout, withoutMark), JSON.parse(JSON.stringify(expected), withoutMark));
  });
}

/** Go writes the address of the draft without the `#` at its end. */
function withoutMark(key: string, value: unknown): unknown {
  return key === "$schema" ? String(value).replace(/#$/, "") : value;
}

async function write(t: TestContext, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "plugin-schema-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

test("a part that is not given has no file", async () => {
  assert.deepEqual(Object.keys(await pluginSchemaFiles({ apiVersion: "v1", queries: { a: {} } })), [
    "v1/query.types.json",
  ]);
  assert.deepEqual(await pluginSchemaFiles({ apiVersion: "v1" }), {});
});

test("secrets, query types and routes come from their schemas", async () => {
  const files = await pluginSchemaFiles(input);
  const read = (name: string) => JSON.parse(files[`v0alpha1/${name}.json`] ?? "null");

  assert.deepEqual(read("settings").secureValues, [
    { key: "token", description: "From the settings page", required: true },
    { key: "password" },
  ]);
  assert.deepEqual(read("settings").spec.properties.jsonData.properties.retries, {
    type: "integer",
    default: 3,
    minimum: 0,
    exclusiveMinimum: true,
    maximum: 10,
    exclusiveMaximum: true,
  });
  const types = read("query.types").items;
  assert.deepEqual(
    types.map(({ metadata, spec }: { metadata: { name: string }; spec: { discriminators: unknown } }) => [
      metadata.name,
      spec.discriminators,
    ]),
    [
      ["range", [{ field: "queryType", value: "range" }]],
      ["default", undefined],
      ["raw", [{ field: "queryType", value: "raw" }]],
    ],
  );
  const { get, post } = read("routes").paths["/resources/labels/{name}"];
  assert.deepEqual(get.parameters[0], {
    name: "name",
    in: "query",
    description: "Its name",
    required: true,
    schema: { type: "string" },
  });
  assert.equal(post.requestBody.content["application/json"].schema.properties.value.type, "string");
});

test("the same input makes the same texts", async () => {
  assert.deepEqual(await pluginSchemaFiles(input), await pluginSchemaFiles(input));
});

test("an example that its schema rejects is named, with what is wrong", async () => {
  const query = { model: z.object({ expr: z.string() }), examples: [{ name: "odd", model: { expr: 5 } }] };
  await assert.rejects(pluginSchemaFiles({ apiVersion: "v1", queries: { range: query } }), {
    code: "invalid_option",
    message: /^the example "odd" of queries\.range must be a value that its schema accepts \(expr: .*\)/,
  });
  const settings = { settings: z.object({ path: z.string() }), settingsExamples: { odd: { value: {} } } };
  await assert.rejects(
    pluginSchemaFiles({ apiVersion: "v1", ...settings }),
    /^PluginError: settingsExamples\.odd\.value\.jsonData must/,
  );
});

test("what no host would load is refused", async () => {
  await assert.rejects(pluginSchemaFiles({ apiVersion: "../v1" }), /apiVersion must be a version such as v1/);
  await assert.rejects(
    pluginSchemaFiles({ apiVersion: "v1", routes: { "/labels": {} } }),
    /routes must be by paths/,
  );
  await assert.rejects(
    pluginSchemaFiles({ apiVersion: "v1", secrets: z.string() }),
    /secrets must be the schema of an object/,
  );
});
