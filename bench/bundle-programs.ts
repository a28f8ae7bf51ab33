import { join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles programs into one file each, as plugins are shipped: `<into>/<name>.cjs` of `<from>/<name>.ts`. CommonJS,
 * because Node starts it sooner than a module.
 */
export async function bundlePrograms(from: string, names: readonly string[], into: string): Promise<void> {
  const paths = names.map((name) => [name, join(from, `${name}.ts`)]);
  await bundle(Object.fromEntries(paths), into, "cjs");
}

/** Bundles a program into a module, `<into>/<name>.mjs`, because it waits at its top level. */
export async function bundleModule(path: string, name: string, into: string): Promise<void> {
  await bundle({ [name]: path }, into, "esm");
}

async function bundle(
  entryPoints: Record<string, string>,
  outdir: string,
  format: "cjs" | "esm",
): Promise<void> {
  await build({
    bundle: true,
    platform: "node",
    target: "node22",
    conditions: ["grafana-plugin-protocol-source"],
    logLevel: "error",
    entryPoints,
    outdir,
    outExtension: { ".js": format === "cjs" ? ".cjs" : ".mjs" },
    format,
  });
}
