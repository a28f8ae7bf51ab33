import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { jsonSchemaOf, pluginSchemaFiles, type SchemaOutput } from "grafana-plugin-protocol/sdk";
import * as z from "zod";

const settings = z.object({
  path: z.string().min(1).describe("Where the data is"),
  retries: z.int().positive().default(3),
});

// 1. The type.
const defaults: SchemaOutput<typeof settings> = { path: "/data", retries: 3 };

// 2. Validation.
console.log(settings.safeParse({ ...defaults, path: "" }).success);
// → false

// 3. JSON Schema, such as for a form.
console.log(Object.keys(jsonSchemaOf(settings)["properties"] ?? {}).join());
// → path,retries

// 4. The files from which Grafana reads what the plugin stores and offers.
const files = await pluginSchemaFiles({
  apiVersion: "v0alpha1",
  settings,
  secrets: z.object({ token: z.string().describe("From the page of the account") }),
  queries: {
    range: {
      model: z.object({ expr: z.string() }),
      examples: [{ name: "all hosts", model: { expr: "up" } }],
    },
  },
  routes: { "/resources/hosts": { get: { summary: "All hosts", response: z.array(z.string()) } } },
});

// In a build: the folder "dist/schema" of the plugin.
const folder = await mkdtemp(join(tmpdir(), "schema-"));
for (const [name, text] of Object.entries(files)) {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
}
console.log((await readdir(join(folder, "v0alpha1"))).sort().join("\n"));
// → query.examples.json
// → query.types.json
// → routes.json
// → settings.json
await rm(folder, { recursive: true });
