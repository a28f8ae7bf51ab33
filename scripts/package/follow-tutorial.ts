import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../run-command.ts";

/** What docs/write-a-plugin.md installs beside this package. */
const packages = ["zod", "undici", "typescript", "@types/node", "esbuild"];

/**
 * Does what docs/write-a-plugin.md says, in an empty folder with the packed package: types, tests, a host, and the
 * plugin's folder with its launcher, which that host starts in place of the sources.
 *
 * @param versions of `packages`
 * @throws Error with the output of the command that did not succeed
 */
export async function followTutorial(
  root: string,
  tarball: string,
  cwd: string,
  versions: Readonly<Record<string, string>>,
): Promise<string> {
  await mkdir(cwd);
  await cp(join(root, "examples", "write-a-plugin"), cwd, { recursive: true });
  await writeFile(join(cwd, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const named = packages.map((name) => `${name}@${versions[name]}`);
  const installed = [tarball, ...named];
  const commands = [
    ["npm", "install", "--silent", "--no-audit", "--no-fund", ...installed],
    [join(cwd, "node_modules", ".bin", "tsc")],
    ["node", "--test"],
    ["node", "host.ts"],
    ["node", "build.mjs"],
    [
      "node",
      "host.ts",
      `dist/gpx_greenhouse_${process.platform}_${process.arch === "x64" ? "amd64" : "arm64"}`,
    ],
  ];
  let last = "";
  for (const [command = "", ...args] of commands) {
    const { ok, output } = await runCommand(command, args, cwd);
    if (!ok) throw new Error(`${command} ${args.join(" ")}\n${output}`);
    last = output;
  }
  return last;
}
