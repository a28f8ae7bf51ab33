import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { runTool } from "./run-tool.ts";

const baselineFolder = "proto/baseline";

/** A buf module (one contract), or a baseline whose module was removed. */
export interface ProtoModule {
  /** Last part of the path, e.g. `v2`; also the name of the baseline. */
  readonly name: string;
  /** Path of the module below the root, e.g. `proto/v2`; undefined when buf.yaml does not list it. */
  readonly path: string | undefined;
  /** Path of the image that it must stay compatible with, below the root. */
  readonly baseline: string;
  readonly hasBaseline: boolean;
}

/** The modules of buf.yaml and the images of proto/baseline, joined by name and sorted. */
export async function listModules(root: string): Promise<ProtoModule[]> {
  const output = await runTool("buf", ["config", "ls-modules", "--format", "path"], root);
  const paths = new Map(output.split("\n").map((path) => [basename(path), path]));
  const baselines = new Set(await listBaselines(root));

  const names = [...new Set([...paths.keys(), ...baselines])].sort();
  return names.map((name) => ({
    name,
    path: paths.get(name),
    baseline: `${baselineFolder}/${name}.binpb`,
    hasBaseline: baselines.has(name),
  }));
}

async function listBaselines(root: string): Promise<string[]> {
  const files = await readdir(join(root, baselineFolder)).catch(() => []);
  return files.filter((file) => file.endsWith(".binpb")).map((file) => basename(file, ".binpb"));
}
