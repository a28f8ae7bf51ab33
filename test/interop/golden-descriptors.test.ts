import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { buildGoPeers, withoutGo } from "./go-peers.ts";

const go = await buildGoPeers();

test("the golden descriptors are what the official Go modules embed", {
  skip: go === undefined && withoutGo,
}, async () => {
  assert.ok(go);

  const { stdout } = await promisify(execFile)(go.descriptors, { maxBuffer: 16 << 20 });

  assert.equal(stdout, await readFile(join(import.meta.dirname, "..", "golden", "descriptors.json"), "utf8"));
});
