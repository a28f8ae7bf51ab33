// Bundles a plugin and a host of the packed package with each bundler, and lets hosts run plugins in one file: over TLS,
// in Arrow, from behind a top-level await. Then Jest and Deno use the package as it is installed.
import { cp, glob, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../run-command.ts";
import { runSteps, type Step } from "../run-steps.ts";

const bundlers = ["bun", "esbuild", "rolldown", "rollup", "rspack", "vite", "webpack"];
/** Installed only in a folder outside this tree: together they have several hundred megabytes. */
const packages = [
  "@babel/plugin-transform-modules-commonjs@7.29.14",
  "@rollup/plugin-node-resolve@16.0.3",
  "@rspack/core@2.3.4",
  "bun@1.4.5",
  "deno@2.9.6",
  "esbuild@0.28.2",
  "jest@30.5.2",
  "rolldown@1.3.3",
  "rollup@4.68.8",
  "vite@8.4.0",
  "webpack@5.113.0",
];
const root = join(import.meta.dirname, "..", "..");
const expected = '[{"value":1},{"value":2.5}]';

const folder = await mkdtemp(join(tmpdir(), "grafana-plugin-protocol-bundlers-"));
try {
  process.exitCode = (await runSteps(steps(folder))) === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

function steps(cwd: string): readonly Step[] {
  const node = process.execPath;
  const file = (bundler: string, side: string): string => join(cwd, "out", `${bundler}-${side}.mjs`);
  return [
    { name: "npm pack, and npm install in an empty folder", run: () => install(cwd) },
    ...bundlers.map((bundler, index) => ({
      name: `${bundler} makes one file of a plugin and of a host`,
      run: async () => {
        for (const side of ["plugin", "host"]) await bundle(bundler, side, file(bundler, side), cwd);
        // Each host runs the plugin of its own bundler and that of the one before.
        await run(node, [file(bundler, "host"), node, file(bundler, "plugin")], cwd);
        const other = bundlers[index - 1];
        if (other !== undefined) await run(node, [file(bundler, "host"), node, file(other, "plugin")], cwd);
        return "";
      },
    })),
    {
      name: "Jest, as CommonJS",
      run: async () => {
        const args = [join(cwd, "node_modules", "jest", "bin", "jest.js"), "--config", "jest.config.json"];
        await expectOk(node, args, cwd);
        return "";
      },
    },
    {
      // Deno's TLS does not negotiate ALPN on a unix socket, so its host runs without TLS.
      name: "Deno runs a host, and a plugin",
      run: async () => {
        const deno = await executable(cwd, "@deno/*/deno{,.exe}");
        await run(deno, ["run", "--allow-all", "host.js", node, "plugin.js"], cwd, "off");
        await run(node, ["host.js", deno, "run", "--allow-all", "plugin.js"], cwd);
        return "";
      },
    },
  ];
}

async function install(cwd: string): Promise<string> {
  await expectOk("npm", ["pack", "--silent", "--pack-destination", cwd], root);
  const tarball = (await readdir(cwd)).find((name) => name.endsWith(".tgz")) ?? "";
  await cp(join(root, "scripts", "package", "bundlers"), cwd, { recursive: true });
  await writeFile(join(cwd, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const flags = ["--silent", "--ignore-scripts", "--no-audit", "--no-fund"];
  await expectOk("npm", ["install", ...flags, `./${tarball}`, ...packages], cwd);
  return "";
}

async function bundle(bundler: string, side: string, outfile: string, cwd: string): Promise<void> {
  if (bundler === "bun") {
    const bun = await executable(cwd, "@oven/bun-*/bin/bun{,.exe}");
    await expectOk(bun, ["build", "--target=node", `${side}.js`, "--outfile", outfile], cwd);
  } else {
    await expectOk(process.execPath, ["bundle.js", bundler, `${side}.js`, outfile], cwd);
  }
}

/** Runs a host, which starts the program that its arguments name, and compares the host's output. */
async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  tls: "auto" | "off" = "auto",
): Promise<void> {
  const printed = await expectOk(command, args, cwd, { ...process.env, TLS: tls });
  if (printed.split("\n").at(-1) !== expected) throw new Error(`expected ${expected}, got ${printed}`);
}

/** The executable inside an npm package, which its install script would only link. */
async function executable(cwd: string, pattern: string): Promise<string> {
  const modules = join(cwd, "node_modules");
  for await (const name of glob(pattern, { cwd: modules })) {
    if ((await runCommand(join(modules, name), ["--version"], cwd)).ok) return join(modules, name);
  }
  throw new Error(`expected ${pattern} in node_modules to have a program that runs here`);
}

async function expectOk(
  command: string,
  args: readonly string[],
  cwd: string,
  env?: NodeJS.ProcessEnv,
): Promise<string> {
  const { ok, output } = await runCommand(command, args, cwd, env);
  if (!ok) throw new Error(output || `${command} ${args.join(" ")} did not succeed and printed nothing`);
  return output;
}
