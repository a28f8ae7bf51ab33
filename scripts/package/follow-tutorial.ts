import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../run-command.ts";

/** What a page does in an empty folder. */
export interface Tutorial {
  /** The folder of `examples` with the files that the page writes. */
  readonly example: string;
  /** What it does in the folder, where this package is installed; resolves with a line to print. */
  readonly follow: (folder: TutorialFolder) => Promise<string>;
}

/** The folder in which a page is followed. */
export interface TutorialFolder {
  readonly path: string;
  /** Runs a command there. @throws Error with its output when it does not succeed. */
  readonly run: (command: string, ...args: readonly string[]) => Promise<string>;
  /** Installs packages in the versions that this package is developed with. */
  readonly install: (...packages: readonly string[]) => Promise<void>;
  /** The path of a command of an installed package. */
  readonly tool: (name: string) => string;
}

/**
 * Does what a page says, in an empty folder with the packed package.
 *
 * @param versions of packages
 * @throws Error with the output of the command that did not succeed
 */
export async function followTutorial(
  root: string,
  tarball: string,
  path: string,
  versions: Readonly<Record<string, string>>,
  { example, follow }: Tutorial,
): Promise<string> {
  await mkdir(path);
  await cp(join(root, "examples", example), path, { recursive: true });
  await writeFile(join(path, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const run = async (command: string, ...args: readonly string[]): Promise<string> => {
    const { ok, output } = await runCommand(command, args, path);
    if (!ok) throw new Error(`${command} ${args.join(" ")}\n${output}`);
    return output;
  };
  const install = async (...packages: readonly string[]): Promise<void> => {
    await run("npm", "install", "--silent", "--no-audit", "--no-fund", ...packages);
  };
  await install(tarball);
  return follow({
    path,
    run,
    install: (...packages) => install(...packages.map((name) => `${name}@${versions[name]}`)),
    tool: (name) => join(path, "node_modules", ".bin", name),
  });
}
