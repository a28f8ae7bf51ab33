import { join } from "node:path";
import { bundleModule, bundlePrograms } from "../bundle-programs.ts";

const programs = [
  "load-connect-node",
  "load-ours",
  "load-raw",
  "plugin-connect-node",
  "plugin-grpc-js",
  "plugin-ours",
  "raw-server",
] as const;

/** Bundles each program of ours into one file, as plugins are shipped: `<folder>/<name>.cjs`. */
export async function buildPrograms(folder: string): Promise<void> {
  await bundlePrograms(join(import.meta.dirname, "programs"), programs, folder);
  const readme = join(import.meta.dirname, "../../examples/readme/plugin.ts");
  await bundleModule(readme, "readme-plugin", folder);
}
