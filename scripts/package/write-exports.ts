import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

/**
 * Writes to `folder` one module for each public subpath of the package that is installed at `packed`. It exports every
 * value of the subpath again, and the result of every function, so that the declarations of the module have to name
 * all types of those.
 */
export async function writeExports(packed: string, folder: string): Promise<void> {
  const manifest: Manifest = JSON.parse(await readFile(join(packed, "package.json"), "utf8"));
  for (const [subpath, entry] of Object.entries(manifest.exports)) {
    if (typeof entry === "string") continue;
    const values: Readonly<Record<string, unknown>> = await import(
      pathToFileURL(join(packed, entry.default)).href
    );
    const specifier = `${manifest.name}${subpath.slice(1)}`;
    const lines = [
      `import { ${Object.keys(values).join(", ")} } from "${specifier}";`,
      ...Object.entries(values).flatMap(([name, value]) => linesFor(name, value)),
    ];
    const file = `exports-${subpath.slice(2).replaceAll("/", "-") || "root"}.ts`;
    await writeFile(join(folder, file), `${lines.join("\n")}\n`);
  }
}

function linesFor(name: string, value: unknown): readonly string[] {
  const again = `export const ${name}Again = ${name};`;
  if (typeof value !== "function" || /^class\b/.test(String(value))) return [again];
  return [
    again,
    `export const ${name}Gives = ${name}(...(undefined as unknown as Parameters<typeof ${name}>));`,
  ];
}
