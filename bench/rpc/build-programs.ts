import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";

const programs = [
  "load-connect-node",
  "load-ours",
  "load-raw",
  "plugin-connect-node",
  "plugin-grpc-js",
  "plugin-ours",
  "raw-server",
] as const;

/**
 * Bundles each program of ours into one file, as plugins are shipped: `<folder>/<name>.cjs`. CommonJS, because Node
 * starts it sooner than a module.
 */
export async function buildPrograms(folder: string): Promise<void> {
  const options: BuildOptions = {
    bundle: true,
    platform: "node",
    target: "node22",
    conditions: ["grafana-plugin-protocol-source"],
    logLevel: "error",
  };
  await build({
    ...options,
    entryPoints: programs.map((name) => join(import.meta.dirname, "programs", `${name}.ts`)),
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    format: "cjs",
  });
  // A module, because it waits at its top level.
  await build({
    ...options,
    entryPoints: { "readme-plugin": join(import.meta.dirname, "../../examples/readme/plugin.ts") },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    format: "esm",
  });
}
