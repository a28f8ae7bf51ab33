import { join } from "node:path";
import { bundlePrograms } from "../bundle-programs.ts";

const programs = ["plugin-sdk", "plugin-observed", "plugin-plain-schemas", "plugin-bare"] as const;

/** Bundles each program into one file: `<folder>/<name>.cjs`. */
export async function buildPrograms(folder: string): Promise<void> {
  await bundlePrograms(join(import.meta.dirname, "programs"), programs, folder);
}
