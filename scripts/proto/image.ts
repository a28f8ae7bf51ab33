import { rename } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot, runTool } from "./run-tool.ts";
import { withBuildFolder } from "./with-build-folder.ts";

/**
 * Compiles all protos of `root` into one image (a FileDescriptorSet with imports) and returns its path,
 * `.build/image.binpb`: for tests and peers that read descriptors. It replaces the file in one step.
 */
export async function buildImage(root: string = packageRoot): Promise<string> {
  const image = join(root, ".build", "image.binpb");
  await withBuildFolder(root, "image-", async (folder) => {
    const fresh = join(folder, "image.binpb");
    await runTool("buf", ["build", "--output", fresh], root);
    await rename(fresh, image);
  });
  return image;
}

if (import.meta.main) console.log(await buildImage());
