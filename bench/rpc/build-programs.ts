import { join } from "node:path";
import { build } from "esbuild";
import { bundlePrograms } from "../bundle-programs.ts";

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
  // A module, because it waits at its top level.
  await build({
    bundle: true,
    platform: "node",
    target: "node22",
    conditions: ["grafana-plugin-protocol-source"],
    logLevel: "error",
    entryPoints: { "readme-plugin": join(import.meta.dirname, "../../examples/readme/plugin.ts") },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    format: "esm",
  });
}
