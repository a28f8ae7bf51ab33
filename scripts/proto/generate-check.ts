import { bindingFolders, emitBindings } from "./emit-bindings.ts";
import { findStale } from "./find-stale.ts";
import { reportProblems } from "./report-problems.ts";
import { packageRoot } from "./run-tool.ts";
import { withBuildFolder } from "./with-build-folder.ts";

/** One line for each generated TypeScript file that differs from the output for the protos of `root`. */
async function findStaleBindings(root: string): Promise<string[]> {
  return await withBuildFolder(root, "generate-check-", async (fresh) => {
    await emitBindings(root, fresh);
    return await findStale(root, fresh, bindingFolders);
  });
}

if (import.meta.main) {
  reportProblems(
    await findStaleBindings(process.argv[2] ?? packageRoot),
    "gen/ does not match proto/: run npm run generate",
  );
}
