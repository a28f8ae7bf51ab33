import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findBreakingInModule } from "./breaking.ts";
import { listModules } from "./modules.ts";
import { reportProblems } from "./report-problems.ts";
import { packageRoot, runTool } from "./run-tool.ts";
import { withBuildFolder } from "./with-build-folder.ts";

/**
 * Moves every baseline of `root` to its current protos, if all changes since are additive.
 *
 * Otherwise no baseline is touched and the breaking changes are returned. A deliberate break, e.g. of the
 * experimental v3, is a commit of its own with a baseline made by hand:
 * `buf build proto/v3 --exclude-source-info --output proto/baseline/v3.binpb`.
 */
async function moveBaselines(root: string): Promise<string[]> {
  const modules = await listModules(root);
  const problems: string[] = [];
  for (const module of modules) {
    const isNew = module.path !== undefined && !module.hasBaseline;
    if (!isNew) problems.push(...(await findBreakingInModule(root, module)));
  }
  if (problems.length > 0) return problems;

  await withBuildFolder(root, "baseline-", async (folder) => {
    for (const { name, path, baseline } of modules) {
      if (path === undefined) continue;
      const fresh = join(folder, `${name}.binpb`);
      await runTool("buf", ["build", path, "--exclude-source-info", "--output", fresh], root);
      await mkdir(join(root, dirname(baseline)), { recursive: true });
      await rename(fresh, join(root, baseline));
    }
  });
  return [];
}

if (import.meta.main) {
  reportProblems(
    await moveBaselines(process.argv[2] ?? packageRoot),
    "no baseline was moved: only additive changes move it",
  );
}
