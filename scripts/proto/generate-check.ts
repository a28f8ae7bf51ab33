import { glob, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { bindingFolders, emitBindings } from "./emit-bindings.ts";
import { reportProblems } from "./report-problems.ts";
import { packageRoot } from "./run-tool.ts";
import { withBuildFolder } from "./with-build-folder.ts";

/** One line for each generated file that differs from the output for the protos of `root`. */
async function findStaleBindings(root: string): Promise<string[]> {
  return await withBuildFolder(root, "generate-check-", async (fresh) => {
    await emitBindings(root, fresh);

    const gen = join(root, "gen");
    const problems: string[] = [];
    for (const name of bindingFolders) {
      const expected = await listFiles(fresh, name);
      const present = await listFiles(gen, name);

      for (const file of expected) {
        if (!present.has(file)) problems.push(`gen/${file} is missing`);
        else if (!(await sameBytes(join(fresh, file), join(gen, file)))) {
          problems.push(`gen/${file} was edited, or its source changed after it`);
        }
      }
      for (const file of present) {
        if (!expected.has(file)) problems.push(`gen/${file} is stale: no proto gives it any more`);
      }
    }
    return problems.sort();
  });
}

async function listFiles(base: string, folder: string): Promise<Set<string>> {
  const files = new Set<string>();
  for await (const file of glob(`${folder}/**/*`, { cwd: base })) {
    if ((await stat(join(base, file))).isFile()) files.add(file.replaceAll("\\", "/"));
  }
  return files;
}

async function sameBytes(a: string, b: string): Promise<boolean> {
  return (await readFile(a)).equals(await readFile(b));
}

if (import.meta.main) {
  reportProblems(
    await findStaleBindings(process.argv[2] ?? packageRoot),
    "gen/ does not match proto/: run npm run generate",
  );
}
