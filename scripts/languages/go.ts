import { execFile } from "node:child_process";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../proto/run-tool.ts";
import { withBuildFolder } from "../proto/with-build-folder.ts";
import type { Command, Language } from "./language.ts";
import { runBuf } from "./run-buf.ts";
import { runChecked } from "./run-checked.ts";

const folder = join(packageRoot, "packages", "go");
const tools = join(folder, "tools");
const repository = "github.com/grafana-plugin-protocol/grafana-plugin-protocol";
/** The files that make gen/go a module, which Go users can get from the repository as it is. */
const moduleFiles = { "gen.go.mod": "go.mod", "gen.go.sum": "go.sum" } as const;

/** Go: two modules, packages/go and gen/go. The generators are tools of a third one; Go's own caches hold everything. */
export const go: Language = {
  name: "go",
  title: "Go",
  manifests: [{ file: "go.mod", version: /(?<=\/gen\/go v)\S+/m }],
  isGenerationCommitted: true,
  findToolchain: async () =>
    await promisify(execFile)("go", ["version"]).then(
      () => undefined,
      () => "no Go on PATH",
    ),
  install: async () => {
    await runChecked("go", ["mod", "download"], tools);
  },
  generate: async (root, outDir) => {
    await runBuf("go", root, outDir);
    for (const [source, target] of Object.entries(moduleFiles)) {
      await cp(join(folder, source), join(outDir, "go", target));
    }
    for (const licence of ["LICENSE", "NOTICE"]) {
      await cp(join(packageRoot, licence), join(outDir, "go", licence));
    }
  },
  buildExample: () => build("example", join(packageRoot, "examples", "go")),
  buildVectors: () => build("vectors", join(packageRoot, "test", "vectors", "adapters", "go")),
  checkPackage,
};

async function build(name: string, source: string): Promise<Command> {
  const command = join(packageRoot, ".build", "go", "language", name);
  await runChecked("go", ["build", "-o", command, "."], source);
  return { command, args: [] };
}

/** Vets the module, uses it from an empty one, and runs there the plugin of the README by the host of the README. */
async function checkPackage(): Promise<string> {
  for (const module of [folder, join(packageRoot, "gen", "go")]) {
    await runChecked("go", ["vet", "./..."], module);
    await runChecked("go", ["mod", "verify"], module);
  }
  await runChecked("go", ["vet", "."], folder, { ...process.env, GOOS: "windows" });
  return await withBuildFolder(packageRoot, "go-package-", async (empty) => {
    const replaces = [
      `replace ${repository}/packages/go => ${folder}`,
      `replace ${repository}/gen/go => ${join(packageRoot, "gen", "go")}`,
    ];
    await writeFile(
      join(empty, "go.mod"),
      `module example.com/empty\n\ngo 1.25.0\n\n${replaces.join("\n")}\n`,
    );
    for (const name of ["plugin", "host"]) {
      await mkdir(join(empty, name));
      await cp(join(packageRoot, "examples", "go", "readme", name, "main.go"), join(empty, name, "main.go"));
    }
    await runChecked("go", ["mod", "tidy"], empty);
    await runChecked("go", ["build", "-o", `${empty}/bin/`, "./..."], empty);
    const seen = await runChecked(join(empty, "bin", "host"), [join(empty, "bin", "plugin")], empty);
    if (!seen.includes("it works")) {
      throw new Error(`expected the host of the README to print "it works", got:\n${seen}`);
    }
    return "the module runs from an empty one";
  });
}
