/** What the subpaths export, by the text of their index files. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type PublicExport, publicExports } from "../../scripts/package/public-exports.ts";
import { unnamedExports } from "../../scripts/readme/unnamed-exports.ts";

const exported = publicExports();

test("the list of public exports has the values that a subpath has when it is imported", async () => {
  for (const subpath of ["frames", "sdk", "go-plugin"]) {
    const module: object = await import(`grafana-plugin-protocol/${subpath}`);
    const listed = exported.filter((each) => each.subpath === `./${subpath}` && !each.isType);

    assert.deepEqual(listed.map(({ name }) => name).sort(), Object.keys(module).sort());
  }
});

test("a name has one meaning in all subpaths, so that a program can import from several", () => {
  const own = exported.filter(({ file }) => file.startsWith("src/"));
  const filesByName = Map.groupBy(own, ({ name }) => name);

  const ambiguous = [...filesByName]
    .map(([name, uses]) => [name, ...new Set(uses.map(({ file }) => file))])
    .filter(({ length }) => length > 2);

  assert.ok(filesByName.size > 500, String(filesByName.size));
  assert.deepEqual(ambiguous, []);
});

test("an exported function that no page names is found; types and generated code are not", () => {
  const of = (name: string, more: Partial<PublicExport> = {}): PublicExport => ({
    subpath: "./sdk",
    name,
    isType: false,
    file: "src/sdk/a.ts",
    ...more,
  });
  const found = unnamedExports(
    [
      of("named"),
      of("nam"),
      of("OnlyAType", { isType: true }),
      of("Generated", { file: "gen/es/v2/a_pb.js" }),
    ],
    ["a page with `named(x)`", "names"],
  );

  assert.deepEqual(
    found.map(({ name }) => name),
    ["nam"],
  );
});
