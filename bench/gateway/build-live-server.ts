import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../scripts/proto/run-tool.ts";

/** Builds `test/go/tools/centrifuge`, a module of its own; Go's cache makes that cheap from the second time on. */
export async function buildLiveServer(): Promise<string> {
  const path = join(packageRoot, ".build", "go", "centrifuge");
  const cwd = join(packageRoot, "test", "go", "tools", "centrifuge");
  await promisify(execFile)("go", ["build", "-o", path, "."], { cwd });
  return path;
}
