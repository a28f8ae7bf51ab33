import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayDataSource } from "grafana-plugin-protocol/gateway";
import { changesOf } from "../../../src/gateway/data-sources/changes-of.ts";
import { readDataSources } from "../../../src/gateway/data-sources/read-data-sources.ts";

const source = (name: string, more: Partial<GatewayDataSource> = {}): GatewayDataSource => ({
  name,
  type: "t",
  ...more,
});

test("changes of data sources are named by uid, those of a secret and of a flag too", () => {
  const before = readDataSources([
    source("same", { secureJsonData: { a: "s3cret" } }),
    source("secret", { secureJsonData: { a: "s3cret" } }),
    source("flag"),
    source("gone"),
  ]);
  const after = readDataSources(
    [
      source("new"),
      source("flag", { isDefault: true }),
      source("secret", { secureJsonData: { a: "an0ther" } }),
      source("same", { secureJsonData: { a: "s3cret" } }),
    ],
    before,
  );

  assert.deepEqual(changesOf(before, after), {
    added: ["new"],
    changed: ["flag", "secret"],
    removed: ["gone"],
  });
  assert.deepEqual(changesOf(after, after), {});
});

test("of many changes twenty are named, with the number of the others", () => {
  const many = readDataSources(Array.from({ length: 25 }, (_, index) => source(`s${index}`)));

  const { added = [] } = changesOf([], many);

  assert.deepEqual([added.length, added[0], added.at(-1)], [21, "s0", "and 5 more"]);
});
