/** Our own client on the runtimes that it is for, beside browsers: the same program, the same answers. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { build } from "esbuild";
import { installBun } from "../bun/install-bun.ts";
import { atEnd } from "../helpers/at-end.ts";
import { modulesFolder } from "./install-modules.ts";
import { startClientsGateway, token } from "./start-clients-gateway.ts";

const [deno = ""] = globSync("@deno/*/deno{,.exe}", { cwd: modulesFolder });
const runtimes = [
  ["Node", process.execPath, []],
  ["Bun", await installBun(), []],
  ["Deno", join(modulesFolder, deno), ["run", "--allow-net", "--no-prompt"]],
] as const;

test("the client gets the same on every runtime", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "client-runtimes-"));
  atEnd(t, () => rm(folder, { recursive: true }));
  const outfile = join(folder, "program.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "runtime-program.ts")],
    bundle: true,
    outfile,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["grafana-plugin-protocol-source"],
  });
  const { url } = await startClientsGateway(t);

  for (const [name, command, args] of runtimes) {
    await t.test(name, async () => {
      const { stdout, stderr } = await promisify(execFile)(command, [...args, outfile, url, token]);

      assert.equal(stderr, "");
      assert.deepEqual(JSON.parse(stdout), {
        days: [2922],
        rows: 2922,
        names: Array(3).fill(["time", "temp_max"]),
        aborted: "aborted",
        refused: ["refused", 404],
        unreachable: "unreachable",
      });
    });
  }
});
