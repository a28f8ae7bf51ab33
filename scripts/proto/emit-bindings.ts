import { glob, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "./run-tool.ts";

/** The folders below gen/ that `generate` owns; other languages have folders and templates of their own. */
export const bindingFolders = ["es", "ts-proto"] as const;

/**
 * Writes the TypeScript bindings of the protos of `root` into `outDir`, as .js and .d.ts only.
 *
 * `outDir` has to be empty, and inside a folder from which `@bufbuild/protobuf` resolves.
 */
export async function emitBindings(root: string, outDir: string): Promise<void> {
  await runTool("buf", ["generate", "--output", outDir], root);
  await compileInPlace(join(outDir, "ts-proto"));
}

/** ts-proto writes TypeScript only; its enums-as-literals output compiles to the .js and .d.ts that we keep. */
async function compileInPlace(folder: string): Promise<void> {
  const config = join(folder, "tsconfig.json");
  const compilerOptions = {
    target: "es2022",
    lib: ["es2022"],
    module: "esnext",
    moduleResolution: "bundler",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    declaration: true,
    newLine: "lf",
    types: ["node"], // the base64 helpers look for Buffer and fall back to btoa
  };
  await writeFile(config, JSON.stringify({ compilerOptions, include: ["**/*.ts"] }));
  await runTool("tsc", ["--project", config], folder);

  await rm(config);
  for await (const file of glob("**/*.ts", { cwd: folder })) {
    if (!file.endsWith(".d.ts")) await rm(join(folder, file));
  }
}
