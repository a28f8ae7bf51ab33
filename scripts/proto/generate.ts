import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { bindingFolders, emitBindings } from "./emit-bindings.ts";
import { packageRoot } from "./run-tool.ts";
import { withBuildFolder } from "./with-build-folder.ts";

/**
 * Generates gen/es and gen/ts-proto of `root` from its protos.
 *
 * Everything is made in a temporary folder first: an error in a proto leaves gen/ unchanged, and a program that
 * reads gen/ at the same time finds either the old files or the new ones.
 */
export async function generate(root: string): Promise<void> {
  await withBuildFolder(root, "generate-", async (folder) => {
    const fresh = join(folder, "fresh");
    await emitBindings(root, fresh);

    for (const name of bindingFolders) {
      const target = join(root, "gen", name);
      await mkdir(target, { recursive: true });
      await rename(target, join(folder, name));
      await rename(join(fresh, name), target);
    }
  });
}

if (import.meta.main) await generate(process.argv[2] ?? packageRoot);
