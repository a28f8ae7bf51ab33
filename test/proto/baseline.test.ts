/** `proto:baseline` follows additive changes and nothing else, on a scratch copy. */
import assert from "node:assert/strict";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { findBreaking } from "../../scripts/proto/breaking.ts";
import { createScratch, runScript, type Scratch } from "./scratch.ts";

const backend = "proto/v2/pluginv2/backend.proto";
const field = "  string queryType = 6;";
const withAdded = `${field}\n  bool hide = 7;`;

test("the committed baselines are those of the contract", async () => {
  await using scratch = await createScratch();
  const before = await readBaselines(scratch);

  assert.equal((await runScript("baseline.ts", scratch)).code, 0);

  const moved = await movedSince(before, scratch);
  const advice = `proto/ has changes that ${moved.join(", ")} in proto/baseline lacks: run npm run proto:baseline`;
  assert.equal(moved.length, 0, advice);
});

test("the baselines of a contract that did not change stay byte for byte", async () => {
  await using scratch = await createSettled();
  const before = await readBaselines(scratch);

  assert.equal((await runScript("baseline.ts", scratch)).code, 0);

  assert.deepEqual(await movedSince(before, scratch), []);
});

test("a baseline moves over an additive change and protects it from then on", async () => {
  await using scratch = await createSettled();
  const before = await readBaselines(scratch);
  await scratch.edit(backend, field, withAdded);

  assert.equal((await runScript("baseline.ts", scratch)).code, 0);

  assert.deepEqual(await movedSince(before, scratch), ["v2.binpb"]);

  await scratch.edit(backend, withAdded, field);
  assert.match((await findBreaking(scratch.root)).join("\n"), /Previously present field "7" .* was deleted/);
});

test("no baseline moves when one contract changed in a breaking way", async () => {
  await using scratch = await createSettled();
  const before = await readBaselines(scratch);
  await scratch.edit(backend, field, "");
  await scratch.edit(
    "proto/v1/models/renderer.proto",
    "string error = 1;",
    "string error = 1;\n  string log = 2;",
  );

  const { code, stderr } = await runScript("baseline.ts", scratch);

  assert.equal(code, 1);
  assert.match(stderr, /Previously present field "6" .* was deleted/);
  assert.match(stderr, /no baseline was moved/);
  assert.deepEqual(await movedSince(before, scratch), []);
});

test("a new contract gets a baseline", async () => {
  await using scratch = await createSettled();
  const before = await readBaselines(scratch);
  await rm(join(scratch.root, "proto/baseline/v3.binpb"));

  assert.equal((await runScript("baseline.ts", scratch)).code, 0);

  assert.deepEqual(await movedSince(before, scratch), []);
});

test("a contract that went away keeps its baseline", async () => {
  await using scratch = await createSettled();
  const before = await readBaselines(scratch);
  await scratch.edit("buf.yaml", "  - path: proto/grpc\n", "");

  const { code, stderr } = await runScript("baseline.ts", scratch);

  assert.equal(code, 1);
  assert.match(stderr, /proto\/baseline\/grpc\.binpb has no module/);
  assert.deepEqual(await movedSince(before, scratch), []);
});

/** A scratch copy whose baselines have what was added to the contract, so that these tests hold while that is new. */
async function createSettled(): Promise<Scratch> {
  const scratch = await createScratch();
  assert.equal((await runScript("baseline.ts", scratch)).code, 0);
  return scratch;
}

/** The files that are other than they were, or gone: names, for their bytes would fill pages. */
async function movedSince(before: ReadonlyMap<string, string>, scratch: Scratch): Promise<readonly string[]> {
  const after = await readBaselines(scratch);
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name));
}

/** The images in base64, by file name. */
async function readBaselines(scratch: Scratch): Promise<Map<string, string>> {
  const folder = join(scratch.root, "proto/baseline");
  const names = (await readdir(folder)).sort();
  const images = await Promise.all(names.map((name) => readFile(join(folder, name), "base64")));
  return new Map(names.map((name, index) => [name, images[index] ?? ""]));
}
