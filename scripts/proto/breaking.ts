import { listModules, type ProtoModule } from "./modules.ts";
import { reportProblems } from "./report-problems.ts";
import { packageRoot, tryTool } from "./run-tool.ts";

/**
 * Returns the changes in the protos of `root` that would break a peer or a user of the baselines in proto/baseline.
 *
 * One baseline for each module: compared with one image of the whole workspace, buf reports the files of the
 * other modules as deleted.
 */
export async function findBreaking(root: string): Promise<string[]> {
  const modules = await listModules(root);
  const problems: string[] = [];
  for (const module of modules) problems.push(...(await findBreakingInModule(root, module)));
  return problems;
}

/** The same for one module. */
export async function findBreakingInModule(root: string, module: ProtoModule): Promise<string[]> {
  const { name, path, baseline, hasBaseline } = module;
  if (path === undefined)
    return [`${baseline} has no module in buf.yaml: the contract "${name}" was removed`];
  if (!hasBaseline) return [`${path} has no baseline ${baseline}: run npm run proto:baseline`];

  const { ok, output } = await tryTool("buf", ["breaking", path, "--against", baseline], root);
  return ok ? [] : output.split("\n");
}

if (import.meta.main) {
  reportProblems(
    await findBreaking(process.argv[2] ?? packageRoot),
    "the contract changed in a breaking way, or has no baseline",
  );
}
