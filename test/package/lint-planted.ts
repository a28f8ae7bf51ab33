import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What biome says of one file: the rules that fired, by line number (from 1). */
export type Findings = ReadonlyMap<number, readonly string[]>;

/**
 * Lints scratch files under the real biome.json, in one run of biome in a folder of their own.
 *
 * @param files the lines of each file, by its path from the root of the package
 */
export async function lintPlanted(
  files: Readonly<Record<string, readonly string[]>>,
): Promise<ReadonlyMap<string, Findings>> {
  const folder = await mkdtemp(join(tmpdir(), "grafana-plugin-protocol-lint-"));
  try {
    for (const name of ["biome.json", "biome.boundaries.json"]) {
      await copyFile(join(root, name), join(folder, name));
    }
    for (const [path, lines] of Object.entries(files)) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), `${lines.join("\n")}\n`);
    }
    return findingsByFile(await runBiome(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

async function runBiome(cwd: string): Promise<Report> {
  const args = ["lint", "--reporter=json", "--max-diagnostics=none"];
  const stdout = await new Promise<string>((resolve, reject) => {
    // Exit code 1 is what a finding gives; anything else without a report is a failure.
    execFile(join(root, "node_modules", ".bin", "biome"), args, { cwd }, (error, out, err) => {
      if (out.startsWith("{")) resolve(out);
      else reject(new Error(`biome gave no report: ${err}`, { cause: error }));
    });
  });
  const report: Report = JSON.parse(stdout);
  return report;
}

function findingsByFile(report: Report): ReadonlyMap<string, Findings> {
  const found = new Map<string, Map<number, string[]>>();
  for (const { category, location } of report.diagnostics) {
    const lines = found.get(location.path) ?? new Map<number, string[]>();
    const rule = category.split("/").at(-1) ?? category;
    lines.set(location.start.line, [...(lines.get(location.start.line) ?? []), rule]);
    found.set(location.path, lines);
  }
  return found;
}
