import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { go } from "../languages/go.ts";
import { missingToolchain } from "../languages/missing-toolchain.ts";
import { curlLines } from "../readme/curl-lines.ts";
import { runCurlLines } from "../readme/run-curl-lines.ts";
import { runCommand } from "../run-command.ts";
import type { Tutorial, TutorialFolder } from "./follow-tutorial.ts";
import { pluginExecutableName } from "./plugin-executable-name.ts";

/**
 * docs/write-a-host.md: a Go plugin served by the command line and by a program, with the page's `curl` lines, and called
 * without HTTP. Before the package `yaml` is there, the command says that it is missing.
 */
export function writeAHost(root: string): Tutorial {
  return {
    example: "write-a-host",
    follow: async (folder) => {
      const missing = (await missingToolchain(go)) ?? (await missingCurl());
      if (missing !== undefined) return `left out: ${missing}`;
      await buildPlugin(root, folder);
      const { install, run, tool } = folder;
      const serve = [
        tool("grafana-plugin-protocol"),
        ...["serve", "--plugins", "plugins", "--provisioning", "provisioning", "--port", "0"],
      ];
      await expectMissingYaml(folder, serve);
      await install("yaml", "typescript", "@types/node");
      await run(tool("tsc"), ...typeOptions, "gateway.ts", "host.ts");
      const [health, query, tens] = curlLines(await readFile(join(root, "docs", "write-a-host.md"), "utf8"));
      if (health === undefined || query === undefined || tens === undefined) {
        throw new Error("expected three curl lines in docs/write-a-host.md");
      }
      await whileServing(folder, serve, (url) => runCurlLines([health, query], url));
      await whileServing(folder, ["gateway.ts"], (url) => runCurlLines([health, query, tens], url));
      return run("node", "host.ts");
    },
  };
}

const typeOptions = [
  // The folder above has a configuration of its own, for other programs of the check.
  "--ignoreConfig",
  ...["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--types", "node"],
];

async function missingCurl(): Promise<string | undefined> {
  const { ok } = await runCommand("curl", ["--version"], ".");
  return ok ? undefined : "needs curl, and there is none";
}

/** By the tests' own Go module, which has the SDK that the page gets from the network. */
async function buildPlugin(root: string, { path }: TutorialFolder): Promise<void> {
  const plugin = join(path, "plugins", "example-counter-datasource");
  const target = join(plugin, pluginExecutableName("gpx_counter"));
  const args = ["build", "-o", target, join(plugin, "main.go")];
  const { ok, output } = await runCommand("go", args, join(root, "test", "go"));
  if (!ok) throw new Error(`go ${args.join(" ")}\n${output}`);
}

async function expectMissingYaml({ path }: TutorialFolder, serve: readonly string[]): Promise<void> {
  const { ok, output } = await runCommand("node", serve, path);
  if (ok || !output.endsWith("is not installed: run npm install yaml")) {
    throw new Error(`expected serve to say that the package yaml is not installed, got: ${output}`);
  }
}

/** Starts a program that serves, does something with its URL, and interrupts it. */
async function whileServing(
  { path }: TutorialFolder,
  args: readonly string[],
  act: (url: string) => Promise<void>,
): Promise<void> {
  const child = spawn("node", args, {
    cwd: path,
    env: { ...process.env, COUNTER_TOKEN: "secret", PORT: "0" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exited = once(child, "exit");
  try {
    await act(await urlOf(child));
  } finally {
    child.kill("SIGINT");
  }
  const [code] = await exited;
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with code ${code} after an interrupt`);
}

async function urlOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error("expected a pipe");
  for await (const line of createInterface({ input: stdout })) {
    if (line.startsWith("serving on ")) {
      stdout.resume();
      return line.replace("serving on ", "");
    }
  }
  throw new Error("expected a line that says where it serves, got none");
}
