import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Age, newest } from "./ages.ts";

/** A fixture plugin and a fixture host of one age. */
export interface OldPeers {
  readonly plugin: string;
  readonly host: string;
  /** The go-plugin that is in both, as Go recorded it. */
  readonly goPlugin: string | undefined;
}

const run = promisify(execFile);
const cwd = join(import.meta.dirname, "..", "go");

/** Builds the fixtures of major 2 against a version of the SDK. */
export async function buildAge({ sdk, knows }: Age, folder: string): Promise<OldPeers> {
  const modfile = sdk === newest?.sdk ? [] : [`-modfile=sdk/${sdk}.mod`];
  const tags = knows.has("streams") ? ["-tags=streams"] : [];
  return build(join(folder, "ages", sdk), [...modfile, ...tags], "plugin", "host");
}

/** Builds the fixtures of major 1. */
export async function buildMajorOne(folder: string): Promise<OldPeers> {
  return build(join(folder, "ages", "v1"), ["-modfile=sdk/v1.mod"], "v1plugin", "v1host");
}

async function build(
  folder: string,
  flags: readonly string[],
  plugin: string,
  host: string,
): Promise<OldPeers> {
  await run("go", ["build", ...flags, "-o", `${folder}/`, `./sdk/${plugin}`, `./sdk/${host}`], { cwd });
  const { stdout } = await run("go", ["version", "-m", join(folder, plugin)]);
  return {
    plugin: join(folder, plugin),
    host: join(folder, host),
    goPlugin: /^\s*dep\s+github\.com\/hashicorp\/go-plugin\s+(\S+)/m.exec(stdout)?.[1],
  };
}
