/** `generate:check` compares gen/ with what the protos give, without git, on a scratch copy. */
import assert from "node:assert/strict";
import { appendFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { createScratch, runScript } from "./scratch.ts";

const generated = ["gen/es", "gen/ts-proto"];

test("passes when gen/ is untouched", async () => {
  await using scratch = await createScratch(generated);

  assert.deepEqual(await runScript("generate-check.ts", scratch), { code: 0, stderr: "" });
});

test("names every edited, outdated, missing and stale file, and exits with 1", async () => {
  await using scratch = await createScratch(generated);
  await appendFile(join(scratch.root, "gen/es/file-of.js"), "\n");
  await scratch.edit("gen/es/v2/pluginv2/backend_pb.js", '["refId",1,', '["refId",2,');
  await scratch.edit("proto/go-plugin/plugin/grpc_controller.proto", "// Nothing.", "// Nothing at all.");
  await rm(join(scratch.root, "gen/ts-proto/v1/models/renderer.d.ts"));
  await writeFile(join(scratch.root, "gen/es/v1/models/left_over_pb.js"), "");
  await writeFile(join(scratch.root, "gen/ts-proto/v3/not-compiled.ts"), "");

  const { code, stderr } = await runScript("generate-check.ts", scratch);

  assert.equal(code, 1);
  assert.deepEqual(stderr.trim().split("\n"), [
    "gen/es/file-of.js was edited, or its source changed after it",
    "gen/es/go-plugin/plugin/grpc_controller_pb.d.ts was edited, or its source changed after it",
    "gen/es/v1/models/left_over_pb.js is stale: no proto gives it any more",
    "gen/es/v2/pluginv2/backend_pb.js was edited, or its source changed after it",
    "gen/ts-proto/v1/models/renderer.d.ts is missing",
    "gen/ts-proto/v3/not-compiled.ts is stale: no proto gives it any more",
    "gen/ does not match proto/: run npm run generate",
  ]);
});
