import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";

const go = await buildGoPeers();

for (const kind of ["intervals", "ranges"]) {
  test(`the golden ${kind} are what the Go SDK makes of them`, {
    skip: go === undefined && withoutGo,
  }, async () => {
    assert.ok(go);

    const { stdout } = await promisify(execFile)(go.gtime, [kind], { maxBuffer: 16 << 20 });

    const golden = join(import.meta.dirname, "..", "golden", "time", `${kind}.json`);
    assert.ok(
      stdout === (await readFile(golden, "utf8")),
      `write ${golden} again: test/golden/time/README.md`,
    );
  });
}
