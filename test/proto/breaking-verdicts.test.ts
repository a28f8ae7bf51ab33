/** What `buf breaking` accepts and refuses with our buf.yaml and our baselines, on a scratch copy of proto/. */
import assert from "node:assert/strict";
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { findBreaking, findBreakingInModule } from "../../scripts/proto/breaking.ts";
import { listModules } from "../../scripts/proto/modules.ts";
import { additive, breaking, type Mutation } from "./mutations.ts";
import { createScratch, runScript, type Scratch } from "./scratch.ts";

test("the contract as it stands breaks nothing", async () => {
  await using scratch = await createScratch();

  assert.deepEqual(await findBreaking(scratch.root), []);
});

test("additive changes pass", async (t) => {
  await using scratch = await createScratch();

  for (const mutation of additive) {
    await t.test(mutation.name, async () => {
      assert.deepEqual(await verdict(scratch, mutation), []);
    });
  }
});

test("breaking changes are refused", async (t) => {
  await using scratch = await createScratch();

  for (const mutation of breaking) {
    await t.test(mutation.name, async () => {
      const problems = await verdict(scratch, mutation);

      assert.match(problems.join("\n"), mutation.complaint ?? /./);
    });
  }
});

test("a deleted file is refused, although its module stays", async () => {
  await using scratch = await createScratch();
  await rm(join(scratch.root, "proto/v1/models/renderer.proto"));

  const problems = await findBreaking(scratch.root);

  assert.match(problems.join("\n"), /Previously present file "models\/renderer.proto" was deleted/);
});

test("a contract that left buf.yaml is refused, and so is one without a baseline", async () => {
  await using scratch = await createScratch();
  await scratch.edit("buf.yaml", "  - path: proto/grpc\n", "");
  await copyFile(
    join(scratch.root, "proto/baseline/v1.binpb"),
    join(scratch.root, "proto/baseline/v0.binpb"),
  );
  await rm(join(scratch.root, "proto/baseline/go-plugin.binpb"));

  const { code, stderr } = await runScript("breaking.ts", scratch);

  assert.equal(code, 1);
  assert.match(stderr, /proto\/baseline\/grpc\.binpb has no module in buf\.yaml/);
  assert.match(stderr, /proto\/baseline\/v0\.binpb has no module in buf\.yaml/);
  assert.match(stderr, /proto\/go-plugin has no baseline/);
});

/** Applies a mutation, asks buf about its module, and takes the mutation back. */
async function verdict(scratch: Scratch, mutation: Mutation): Promise<string[]> {
  const file = join(scratch.root, "proto", mutation.file);
  const before = await readFile(file);
  const name = mutation.file.split("/")[0];
  const module = (await listModules(scratch.root)).find((candidate) => candidate.name === name);
  assert.ok(module);

  await scratch.edit(`proto/${mutation.file}`, mutation.from, mutation.to);
  try {
    return await findBreakingInModule(scratch.root, module);
  } finally {
    await writeFile(file, before);
  }
}
