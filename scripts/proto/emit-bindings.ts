import { copyFile, glob, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inlineDescriptors } from "./inline-descriptors.ts";
import { mendTsProto } from "./mend-ts-proto.ts";
import { runTool } from "./run-tool.ts";
import { shareMessageFns } from "./share-message-fns.ts";

/** The folders below gen/ that `generate` owns; other languages have folders and templates of their own. */
export const bindingFolders = ["es", "ts-proto"] as const;

/**
 * Writes the TypeScript bindings of the protos of `root` into `outDir`, as .js and .d.ts only.
 *
 * `outDir` has to be empty, and inside a folder from which `@bufbuild/protobuf` resolves.
 */
export async function emitBindings(root: string, outDir: string): Promise<void> {
  await runTool("buf", ["generate", "--output", outDir], root);
  await inlineDescriptors(join(outDir, "es"));
  await shareMessageFns(join(outDir, "ts-proto"));
  await mendTsProto(join(outDir, "ts-proto"));
  await copyFile(join(import.meta.dirname, "file-of.ts"), join(outDir, "es", "file-of.ts"));
  await compileInPlace(outDir, ["es/file-of.ts", "ts-proto/**/*.ts"]);
}

/**
 * Compiles `files` to .js and .d.ts and removes the sources: ts-proto writes TypeScript only, and its enums-as-literals output compiles.
 */
async function compileInPlace(folder: string, files: readonly string[]): Promise<void> {
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
  await writeFile(config, JSON.stringify({ compilerOptions, include: files }));
  await runTool("tsc", ["--project", config], folder);

  await rm(config);
  for await (const file of glob(files, { cwd: folder })) {
    if (!file.endsWith(".d.ts")) await rm(join(folder, file));
  }
}
