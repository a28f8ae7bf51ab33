// The recipe of docs/fast-start.md for Bun: one executable with bytecode, which a host of Node starts.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { useOnce } from "../examples/use-once.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { installBun } from "./install-bun.ts";

const bun = await installBun();

test("a plugin that Bun compiled with bytecode serves a host and stops", async (t) => {
  const { path } = await privateTmp(t);
  const command = join(path, "gpx_fast");
  const entry = fileURLToPath(new URL("../../examples/fast-start/plugin.ts", import.meta.url));
  const flags = ["build", "--compile", "--bytecode", "--minify", "--format=cjs", "--target=bun"];
  const source = "--conditions=grafana-plugin-protocol-source";
  await promisify(execFile)(bun, [...flags, source, entry, "--outfile", command], { cwd: path });

  assert.deepEqual(await useOnce(t, command), { code: 0, signal: null });
});
