import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const source = "grafana-plugin-protocol-source";

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

async function readExports(): Promise<Manifest["exports"]> {
  const manifest: Manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return manifest.exports;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

test("an index.ts exists for each public subpath and nowhere else", async () => {
  const entries = Object.values(await readExports()).filter((entry) => typeof entry === "object");
  const named = entries.map((entry) => entry[source]?.replace("./", "")).sort();
  const present = (await filesBelow("src")).filter((file) => /(^|\/)index\.ts$/.test(file)).sort();

  assert.deepEqual(present, named);
});

test("each public subpath names its source, its types and its JavaScript in this order", async () => {
  const subpaths = Object.entries(await readExports());
  assert.ok(subpaths.length > 10, `${subpaths.length} subpaths`);

  for (const [subpath, entry] of subpaths) {
    if (typeof entry === "string") continue;
    const folder = entry[source]?.match(/^\.\/src\/(.*)index\.ts$/)?.[1];

    assert.deepEqual(
      Object.entries(entry),
      [
        [source, `./src/${folder}index.ts`],
        ["types", `./dist/${folder}index.d.ts`],
        ["default", `./dist/${folder}index.js`],
      ],
      subpath,
    );
  }
});

for (const version of ["v1", "v2", "v3"]) {
  test(`ts-proto/${version} exports every message, enum and service of its contract`, async () => {
    const scripts = (await filesBelow(`gen/ts-proto/${version}`)).filter((file) => file.endsWith(".js"));
    const expected = new Set<unknown>();
    for (const file of scripts) {
      const generated: Record<string, unknown> = await import(pathToFileURL(join(root, file)).href);
      for (const [name, value] of Object.entries(generated)) {
        // A map's entry is never written by a user, and the JSON helpers of an enum serve its message.
        if (!/Entry$|(From|To)JSON$/.test(name)) expected.add(value);
      }
    }

    const exported: Record<string, unknown> = await import(
      pathToFileURL(join(root, `src/ts-proto/${version}/index.ts`)).href
    );

    assert.deepEqual(new Set(Object.values(exported)), expected);
  });
}
