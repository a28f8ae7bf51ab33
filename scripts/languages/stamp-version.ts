// stamp-version.ts [--check]   gives every language's package the version and the licences of the npm package, or compares
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reportProblems } from "../proto/report-problems.ts";
import { packageRoot } from "../proto/run-tool.ts";
import { languages } from "./index.ts";

const licences = ["LICENSE", "LICENSE-MPL-2.0", "NOTICE"];

/** What a file below packages/ has to be; its path is relative to the root. */
function* expectedFiles(): Generator<{ readonly path: string; readonly content: string }> {
  const { version }: { version: string } = JSON.parse(read("package.json"));
  for (const { name, manifests } of languages) {
    for (const { file, version: pattern } of manifests) {
      const path = `packages/${name}/${file}`;
      const seen = read(path);
      if (!pattern.test(seen)) throw new Error(`expected a version in ${path} that matches ${pattern}`);
      yield { path, content: seen.replace(pattern, version) };
    }
    for (const file of licences) yield { path: `packages/${name}/${file}`, content: read(file) };
  }
}

function read(path: string): string {
  return readFileSync(join(packageRoot, path), "utf8");
}

if (import.meta.main) {
  const problems: string[] = [];
  for (const { path, content } of expectedFiles()) {
    if (!process.argv.includes("--check")) writeFileSync(join(packageRoot, path), content);
    else if (read(path) !== content) problems.push(`${path} is not that of package.json and the root`);
  }
  reportProblems(problems, "packages/ do not match the npm package: run npm run version:stamp");
}
