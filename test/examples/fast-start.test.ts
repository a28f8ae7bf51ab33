import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import { pluginExecutable } from "grafana-plugin-protocol/host";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";
import { useOnce } from "./use-once.ts";

const folder = new URL("../../examples/fast-start/", import.meta.url);

/** Builds the snapshot in the folder and gives the launcher. */
async function buildSnapshot(t: TestContext, path: string): Promise<string> {
  const program = sourceProgram(
    new URL("build-snapshot.ts", folder),
    new URL("snapshot-plugin.ts", folder).pathname,
    path,
  );
  const built = runProgram(t, process.execPath, program);
  assert.deepEqual(await built.ended, { code: 0, signal: null }, built.stderr());
  assert.equal(built.stderr(), "", "Node warns of nothing in the snapshot");
  return pluginExecutable(path, "gpx_fast");
}

suite("a plugin that starts from a snapshot", () => {
  test("serves one host after another, with and without TLS, and stops as any plugin", async (t) => {
    const { path } = await privateTmp(t);
    const command = await buildSnapshot(t, path);

    assert.deepEqual(await useOnce(t, command), { code: 0, signal: null });
    assert.deepEqual(await useOnce(t, command), { code: 0, signal: null });
    assert.deepEqual(await useOnce(t, command, { tls: "auto" }), { code: 0, signal: null });
  });

  test("says that a host has to start it, as any plugin", async (t) => {
    const { path } = await privateTmp(t);
    const command = await buildSnapshot(t, path);

    const alone = runProgram(t, command, []);

    assert.deepEqual(await alone.ended, { code: 1, signal: null });
    assert.match(alone.stderr(), /This binary is a plugin/);
  });
});

test("a program keeps its young generation small by one import", async (t) => {
  await privateTmp(t);
  const bytes = async (...flags: string[]): Promise<number> => {
    const url = new URL("fixtures/young-generation.ts", import.meta.url);
    const program = runProgram(t, process.execPath, [...flags, ...sourceProgram(url)]);
    assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
    return Number(program.stdout());
  };

  const small = await bytes("--import", new URL("small-young-generation.ts", folder).href);

  const usual = await bytes();
  assert.ok(small > 0 && small < usual / 2, `${small} bytes, and usually ${usual}`);
});
