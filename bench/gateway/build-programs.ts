import { join } from "node:path";
import { bundlePrograms } from "../bundle-programs.ts";

/** Bundles the programs into one file each: `<folder>/gateway.cjs` and `<folder>/bare.cjs`. */
export async function buildPrograms(folder: string): Promise<void> {
  await bundlePrograms(join(import.meta.dirname, "programs"), ["gateway", "bare"], folder);
}
