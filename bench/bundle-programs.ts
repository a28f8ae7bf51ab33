import { join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles programs into one file each, as plugins are shipped: `<into>/<name>.cjs` of `<from>/<name>.ts`. CommonJS,
 * because Node starts it sooner than a module.
 */
export async function bundlePrograms(from: string, names: readonly string[], into: string): Promise<void> {
  await build({
    bundle: true,
    platform: "node",
    target: "node22",
    conditions: ["grafana-plugin-protocol-source"],
    logLevel: "error",
    entryPoints: names.map((name) => join(from, `${name}.ts`)),
    outdir: into,
    outExtension: { ".js": ".cjs" },
    format: "cjs",
  });
}
