/** Source written against today's bindings goes on compiling and running after additive changes of the contract. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { findBreaking } from "../../scripts/proto/breaking.ts";
import { generate } from "../../scripts/proto/generate.ts";
import { tryTool } from "../../scripts/proto/run-tool.ts";
import { additive } from "./mutations.ts";
import { createScratch, type Scratch } from "./scratch.ts";

const consumers = "test/proto/consumers";
const changes = ["a new field", "a new rpc", "a new enum value"];

test("source of the version before survives a new field, a new rpc and a new enum value", async (t) => {
  await using scratch = await createScratch([consumers]);
  for (const { name, file, from, to } of additive) {
    if (changes.includes(name)) await scratch.edit(`proto/${file}`, from, to);
  }
  await generate(scratch.root);

  await t.test("buf takes all of them for additive", async () => {
    assert.deepEqual(await findBreaking(scratch.root), []);
  });

  await t.test("the bindings have them", async () => {
    const url = new URL(`file://${join(scratch.root, "gen/es/v2/pluginv2/backend_pb.js")}`);
    const { Data, DataFrameFormat, DataQuerySchema } = await import(url.href);

    assert.equal(DataQuerySchema.field.hide.number, 7);
    assert.equal(Data.method.queryAgain.name, "QueryAgain");
    assert.equal(DataFrameFormat.PARQUET, 2);
  });

  await t.test("a consumer that uses create, init shapes and partial services compiles", async () => {
    const { ok, output } = await compile(scratch, "survives.ts");

    assert.ok(ok, output);
  });

  await t.test("the same consumer runs", async () => {
    await promisify(execFile)(process.execPath, [join(scratch.root, consumers, "survives.ts")]);
  });

  await t.test("typed literals, exhaustive switches and complete services do not survive", async () => {
    const { ok, output } = await compile(scratch, "does-not-survive.ts");

    assert.equal(ok, false);
    assert.equal(output.match(/error TS/g)?.length, 3, output);
    assert.match(output, /Property 'hide' is missing .* required in type 'DataQuery'/);
    assert.match(output, /does not satisfy the expected type 'never'/);
    assert.match(output, /Property 'queryAgain' is missing/);
  });
});

/** Type-checks one consumer with the flags of this package. */
async function compile(scratch: Scratch, file: string): Promise<{ ok: boolean; output: string }> {
  const config = join(scratch.root, `tsconfig.${file}.json`);
  await writeFile(
    config,
    JSON.stringify({ extends: "../../tsconfig.json", include: [`${consumers}/${file}`] }),
  );
  return await tryTool("tsc", ["--project", config], scratch.root);
}
