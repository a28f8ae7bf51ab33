import { join } from "node:path";
import { build } from "esbuild";

const programs = ["plugin-sdk", "plugin-observed", "plugin-plain-schemas", "plugin-bare"] as const;

/** Bundles each program into one file, as plugins are shipped: `<folder>/<name>.cjs`. */
export async function buildPrograms(folder: string): Promise<void> {
  await build({
    bundle: true,
    platform: "node",
    target: "node22",
    conditions: ["grafana-plugin-protocol-source"],
    logLevel: "error",
    entryPoints: programs.map((name) => join(import.meta.dirname, "programs", `${name}.ts`)),
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    format: "cjs",
  });
}
