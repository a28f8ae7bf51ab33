/** A plugin is shipped as one file: what is loaded later stands in it, too, and must not keep the rest from loading. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { atEnd } from "../helpers/at-end.ts";

const programs: Readonly<Record<string, readonly unknown[]>> = {
  everything: ["function", 2, "A", "A", "f", "-----BEGIN", "fileDescriptorResponse"],
  "only-ts-proto": [1, "1|2|unix|/s|grpc|"],
};

for (const [name, expected] of Object.entries(programs)) {
  for (const [format, suffix] of [
    ["cjs", ".cjs"],
    ["esm", ".mjs"],
  ] as const) {
    test(`the program ${name} works in one file, written as ${format}`, async (t) => {
      const folder = await mkdtemp(join(tmpdir(), "bundle-"));
      atEnd(t, () => rm(folder, { recursive: true, force: true }));
      const outfile = join(folder, `program${suffix}`);
      await build({
        entryPoints: [join(import.meta.dirname, `fixtures/${name}.ts`)],
        outfile,
        bundle: true,
        format,
        platform: "node",
        target: "node22",
        conditions: ["grafana-plugin-protocol-source"],
      });

      const printed = execFileSync(process.execPath, [outfile], { encoding: "utf8" });

      assert.deepEqual(JSON.parse(printed), expected);
    });
  }
}
