// generate-language.ts [--check] [language...]   writes gen/<language>, or compares it with what the protos give
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { languages } from "../languages/index.ts";
import type { Language } from "../languages/language.ts";
import { missingToolchain } from "../languages/missing-toolchain.ts";
import { findStale } from "./find-stale.ts";
import { reportProblems } from "./report-problems.ts";
import { packageRoot } from "./run-tool.ts";
import { withBuildFolder } from "./with-build-folder.ts";

/** Rewrites gen/<language> of `root`. As for TypeScript, an error in a proto leaves it unchanged. */
async function generateLanguage(root: string, { name, install, generate }: Language): Promise<void> {
  await install();
  await withBuildFolder(root, `generate-${name}-`, async (folder) => {
    const fresh = join(folder, "fresh");
    await generate(root, fresh);
    const target = join(root, "gen", name);
    await mkdir(target, { recursive: true });
    await rename(target, join(folder, name));
    await rename(join(fresh, name), target);
  });
}

/** One line for each file of gen/<language> that differs; none where it is not committed, but the generation has to run. */
async function findStaleFiles(
  root: string,
  { name, install, generate, isGenerationCommitted }: Language,
): Promise<string[]> {
  await install();
  return await withBuildFolder(root, `generate-check-${name}-`, async (fresh) => {
    await generate(root, fresh);
    return isGenerationCommitted ? await findStale(root, fresh, [name]) : [];
  });
}

if (import.meta.main) {
  const names = process.argv.slice(2).filter((argument) => argument !== "--check");
  const unknown = names.filter((name) => !languages.some((language) => language.name === name));
  if (unknown.length > 0) throw new Error(`unknown languages: ${unknown.join(", ")}`);
  for (const language of languages) {
    if (names.length > 0 && !names.includes(language.name)) continue;
    const missing = await missingToolchain(language);
    if (missing !== undefined) console.log(`left out: gen/${language.name} ${missing}`);
    else if (!process.argv.includes("--check")) await generateLanguage(packageRoot, language);
    else {
      reportProblems(
        await findStaleFiles(packageRoot, language),
        `gen/${language.name} does not match proto/: run npm run generate:${language.name}`,
      );
    }
  }
}
