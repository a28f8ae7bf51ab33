/**
 * The contract equals upstream's: names, numbers, types, presence and streaming, compared by full name.
 *
 * Six packages are compared with what the official Go modules embed (test/golden/descriptors.json); the two
 * that no module has, with a table written by hand (no-official-module.ts).
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { buildImage } from "../../scripts/proto/image.ts";
import { type Catalogue, readCatalogues } from "./catalogue.ts";
import { compactLines } from "./compact-lines.ts";
import { noOfficialModule } from "./no-official-module.ts";

const golden: Catalogue = JSON.parse(
  await readFile(new URL("../golden/descriptors.json", import.meta.url), "utf8"),
);
const catalogues = await readCatalogues(await buildImage());

const officialPackages = [
  "models",
  "pluginv2",
  "plugin",
  "grpc.health.v1",
  "grpc.reflection.v1",
  "grpc.reflection.v1alpha",
];

for (const name of officialPackages) {
  test(`package ${name} equals the descriptors in its official Go module`, () => {
    const ours = catalogues.get(name) ?? {};
    const upstream = definitionsOfPackage(name);

    assert.notEqual(Object.keys(upstream).length, 0);
    assert.deepEqual(ours, upstream);
  });
}

for (const [name, lines] of Object.entries(noOfficialModule)) {
  test(`package ${name} equals the table written by hand`, () => {
    assert.deepEqual(compactLines(name, catalogues.get(name) ?? {}), lines.toSorted());
  });
}

test("proto/ defines these packages and no other", () => {
  const expected = [...officialPackages, ...Object.keys(noOfficialModule), "google.protobuf"];

  assert.deepEqual([...catalogues.keys()].sort(), expected.sort());
});

test("every golden definition belongs to a package that is compared", () => {
  const compared = officialPackages.flatMap((name) => Object.keys(definitionsOfPackage(name)));

  assert.deepEqual(Object.keys(golden).sort(), compared.sort());
});

/** The dot keeps grpc.reflection.v1alpha out of grpc.reflection.v1. */
function definitionsOfPackage(name: string): Catalogue {
  return Object.fromEntries(Object.entries(golden).filter(([fullName]) => fullName.startsWith(`${name}.`)));
}
