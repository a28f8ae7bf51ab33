// Packs the package as `npm publish` would and tries the tarball in an empty folder, from which nothing of
// this tree resolves: its shape, its declarations, and a host that runs a plugin on every Node that we promise.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "../run-command.ts";
import { runSteps, type Step } from "../run-steps.ts";
import { followTutorial } from "./follow-tutorial.ts";
import { writeAHost } from "./write-a-host.ts";
import { writeAPlugin } from "./write-a-plugin.ts";
import { writeExports } from "./write-exports.ts";

interface Manifest {
  readonly engines: { readonly node: string };
  readonly devDependencies: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const manifest: Manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));

/** The lowest Node that `engines` promises, such as 22.12.0. */
const lowestNode = `${manifest.engines.node.replace(">=", "")}.0`;
/** The least TypeScript that reads our declarations without `skipLibCheck`, and the last of each line since. */
const compilers = ["5.7.3", "5.9.3", "6.0.3", "7.0.2"];
/** Optional peers without which a subpath does not load. */
const peers = ["apache-arrow"];
/** Its strict layout hides the dependencies of the package from a consumer. */
const pnpm = "12.21.0";

const folder = await mkdtemp(join(tmpdir(), "grafana-plugin-protocol-package-"));
try {
  const failed = await runSteps(steps(folder));
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

function steps(cwd: string): readonly Step[] {
  const tarball = join(cwd, "package.tgz");
  const tool = (name: string): string => join(root, "node_modules", ".bin", name);
  const local = (...path: readonly string[]): string => join(cwd, "node_modules", ...path);
  const nodes = [
    { version: lowestNode, file: local("node-lowest", "bin", "node") },
    { version: process.versions.node, file: process.execPath },
  ];
  return [
    { name: "npm pack", run: () => pack(tarball) },
    { name: "publint", run: () => expectOk(tool("publint"), ["run", tarball, "--strict"], cwd) },
    { name: "attw", run: () => attw(tool("attw"), tarball, cwd) },
    { name: "npm install in an empty folder", run: () => install(tarball, cwd) },
    ...compilers.flatMap((version) =>
      [".", "browser"].map((project) => ({
        name: `declarations for ${project === "." ? "Node" : "a page"}, TypeScript ${version}`,
        run: () =>
          expectOk(
            process.execPath,
            [local(`typescript-${version}`, "bin", "tsc"), "--project", project],
            cwd,
          ),
      })),
    ),
    { name: "pnpm install in an empty folder", run: () => installByPnpm(tarball, cwd) },
    ...["npm", "pnpm"].flatMap((layout) =>
      compilers.map((version) => ({
        name: `declarations of a user's exports, ${layout}, TypeScript ${version}`,
        run: async () => {
          const folder = layout === "npm" ? cwd : join(cwd, layout);
          await writeExports(
            join(folder, "node_modules", "grafana-plugin-protocol"),
            join(folder, "declarations"),
          );
          const tsc = local(`typescript-${version}`, "bin", "tsc");
          return expectOk(process.execPath, [tsc, "--project", "declarations"], folder);
        },
      })),
    ),
    {
      name: "the programs of README.md and docs compile",
      run: () => compileExamples(local(`typescript-${compilers[0]}`, "bin", "tsc"), cwd),
    },
    ...nodes.flatMap(({ version, file }) =>
      ["readme", "pages"].map((pages) => ({
        name: `the host and the plugin of examples/${pages}, Node ${version}`,
        run: () => runExamples(pages, file, cwd),
      })),
    ),
    {
      name: "docs/write-a-plugin.md, from an empty folder",
      run: () => followTutorial(root, tarball, join(cwd, "plugin"), manifest.devDependencies, writeAPlugin),
    },
    {
      name: "docs/write-a-host.md, from an empty folder",
      run: () => followTutorial(root, tarball, join(cwd, "host"), manifest.devDependencies, writeAHost(root)),
    },
    ...nodes.map(({ version, file }) => ({
      name: `the command of the package, Node ${version}`,
      run: () => runCommandOfPackage(file, local(".bin", "grafana-plugin-protocol"), cwd),
    })),
    ...nodes.flatMap(({ version, file }) =>
      ["out/every-entry.js", "out/host.js", "require.cjs"].map((program) => ({
        name: `${program}, Node ${version}`,
        run: () => expectOk(file, ["--no-warnings", program], cwd),
      })),
    ),
  ];
}

/** `npm pack` builds first (`prepack`). */
async function pack(tarball: string): Promise<string> {
  const target = join(tarball, "..");
  const output = await expectOk("npm", ["pack", "--silent", "--pack-destination", target], root);
  const packed = (await readdir(target)).find((name) => name.endsWith(".tgz"));
  if (packed === undefined) throw new Error(`npm pack left no tarball: ${output}`);
  await cp(join(target, packed), tarball);
  await rm(join(target, packed));
  return packed;
}

/** Its table is long, and its exit code is the result. */
async function attw(command: string, tarball: string, cwd: string): Promise<string> {
  await expectOk(command, [tarball, "--profile", "esm-only", "--no-color"], cwd);
  return "";
}

async function install(tarball: string, cwd: string): Promise<string> {
  await cp(join(root, "scripts", "package", "consumer"), cwd, { recursive: true });
  await writeFile(join(cwd, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const types = `@types/node@${manifest.devDependencies["@types/node"]}`;
  const packages = [
    tarball,
    types,
    ...peers.map((name) => `${name}@${manifest.devDependencies[name]}`),
    `node-lowest@npm:${nodePackage()}@${lowestNode}`,
    ...compilers.map((version) => `typescript-${version}@npm:typescript@${version}`),
    `pnpm@${pnpm}`,
  ];
  await expectOk("npm", ["install", "--silent", "--no-audit", "--no-fund", ...packages], cwd);
  return "";
}

async function compileExamples(tsc: string, cwd: string): Promise<string> {
  for (const pages of ["readme", "pages"]) {
    await cp(join(root, "examples", pages), join(cwd, "examples", pages), { recursive: true });
  }
  return expectOk(process.execPath, [tsc, "--project", "examples"], cwd);
}

/** The command of a plugin is one file, so each gets a launcher. */
async function runExamples(pages: string, node: string, cwd: string): Promise<string> {
  const folder = join(cwd, "examples", "out", pages);
  const launcher = join(folder, "launcher");
  await writeFile(launcher, `#!/bin/sh\nexec "${node}" "${join(folder, "plugin.js")}"\n`, { mode: 0o755 });
  return expectOk(node, ["--no-warnings", join(folder, "host.js"), launcher], cwd);
}

/** A plugin and a host of README.md before the checks of the command. */
async function runCommandOfPackage(node: string, command: string, cwd: string): Promise<string> {
  const folder = join(cwd, "examples", "out", "readme");
  const launcher = join(folder, "launcher");
  await writeFile(launcher, `#!/bin/sh\nexec "${node}" "${join(folder, "plugin.js")}"\n`, { mode: 0o755 });
  const check = (...args: readonly string[]): Promise<string> =>
    expectOk(node, [command, "conformance", ...args], cwd);
  await check("--only", "handshake,cookie,services,frames,end.shutdown", "--", launcher);
  const host = [node, join(folder, "host.js"), "{plugin}"];
  return check("--host", "--only", "host.starts,host.cookie,host.stdio", "--", ...host);
}

async function installByPnpm(tarball: string, cwd: string): Promise<string> {
  const folder = join(cwd, "pnpm");
  await mkdir(folder);
  for (const name of ["tsconfig.json", "declarations"]) {
    await cp(join(root, "scripts", "package", "consumer", name), join(folder, name), { recursive: true });
  }
  const dependencies = {
    "grafana-plugin-protocol": `file:${tarball}`,
    "@types/node": manifest.devDependencies["@types/node"],
    ...Object.fromEntries(peers.map((name) => [name, manifest.devDependencies[name]])),
  };
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ private: true, type: "module", dependencies }),
  );
  const program = join(cwd, "node_modules", "pnpm", "bin", "pnpm.mjs");
  await expectOk(process.execPath, [program, "install", "--silent"], folder);
  return "";
}

/** The npm package that holds the Node binary of this platform. */
function nodePackage(): string {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const prefix = process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  return `${prefix}-${platform}-${process.arch}`;
}

async function expectOk(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { ok, output } = await runCommand(command, args, cwd);
  if (!ok) throw new Error(output || `${command} ${args.join(" ")} did not succeed and printed nothing`);
  return output;
}
