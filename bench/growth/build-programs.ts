import { join } from "node:path";
import { bundlePrograms } from "../bundle-programs.ts";

const programs = ["host", "measure-frames", "plugin", "plugin-readme"] as const;

/** Bundles each program into one file: `<folder>/<name>.cjs`. */
export async function buildPrograms(folder: string): Promise<void> {
  await bundlePrograms(join(import.meta.dirname, "programs"), programs, folder);
}
