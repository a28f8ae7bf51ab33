/** What a call leaves in memory, as a heap snapshot after a collection shows it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";

/** The markers in the strings of the snapshot, which begins with the names of its fields. */
function markersIn(path: string): string[] {
  const text = readFileSync(path, "latin1");
  assert.match(text.slice(0, 100), /^\{"snapshot":\{"meta":/);
  return [...new Set(text.match(/zq-secret-[\w-]+/g))].sort();
}

suite("nothing of a request stays in memory after its call, in host and plugin", () => {
  for (const transport of ["grpc", "connect-node"]) {
    test(`nothing of a request stays in memory with the ${transport} transport, after a collection`, async (t) => {
      const { path } = await privateTmp(t);
      const snapshots = [join(path, "host.heapsnapshot"), join(path, "plugin.heapsnapshot")];
      const url = new URL("fixtures/forgetful-host.ts", import.meta.url);

      const host = runProgram(t, process.execPath, ["--expose-gc", ...sourceProgram(url, ...snapshots)], {
        FIXTURE_TRANSPORT: transport,
      });

      assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());
      assert.deepEqual(snapshots.map(markersIn), [[], []]);
    });
  }
});
