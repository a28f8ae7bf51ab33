import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { licenceProblems, productionLicences } from "../../scripts/package/licences.ts";

const root = new URL("../../", import.meta.url);

test("the licences of production dependencies are on the list", () => {
  assert.ok(productionLicences(root).length >= 3);
  assert.deepEqual(licenceProblems(root), []);
});

test("the package asks for provenance", () => {
  const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

  assert.equal(manifest.publishConfig.provenance, true);
});
