import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const bootstrap = fileURLToPath(new URL("../../scripts/bootstrap.cjs", import.meta.url));

type Packages = Readonly<Record<string, object>>;

const locked: Packages = {
  "": { name: "scratch" },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/elsewhere": { version: "1.0.0", optional: true, os: ["elsewhere"], cpu: [process.arch] },
  "node_modules/here": { version: "1.0.0", optional: true, os: [process.platform] },
  "node_modules/musl": { version: "1.0.0", optional: true, os: [process.platform], libc: ["musl"] },
};
const installed: Packages = {
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a", extraneous: false },
  "node_modules/here": { version: "1.0.0" },
};

/** What was printed, how it ended, and the npm commands that were run. */
interface Outcome {
  readonly printed: string;
  readonly status: number | null;
  readonly npm: readonly string[];
}

/**
 * Runs bootstrap.cjs in a scratch folder, where npm is a program that notes its arguments, and `rebuild` gives
 * node_modules/.bin/node the version `rebuilt`.
 */
async function run(state: {
  readonly record?: Packages;
  readonly node?: string;
  readonly rebuilt?: string;
  readonly npmStatus?: number;
}): Promise<Outcome> {
  const root = await mkdtemp(join(tmpdir(), "grafana-plugin-protocol-bootstrap-"));
  try {
    for (const folder of ["scripts", "bin", "node_modules/.bin"]) {
      await mkdir(join(root, folder), { recursive: true });
    }
    const program = async (path: string, ...lines: readonly string[]): Promise<void> => {
      await writeFile(join(root, path), ["#!/bin/sh", ...lines, ""].join("\n"));
      await chmod(join(root, path), 0o755);
    };
    const json = (path: string, value: unknown): Promise<void> =>
      writeFile(join(root, path), JSON.stringify(value));
    await copyFile(bootstrap, join(root, "scripts", "bootstrap.cjs"));
    await json("package.json", { devDependencies: { node: "24.0.0" } });
    await json("package-lock.json", { packages: locked });
    if (state.record !== undefined) await json("node_modules/.package-lock.json", { packages: state.record });
    if (state.node !== undefined) await program("node_modules/.bin/node", `echo ${state.node}`);
    await program(
      "bin/npm",
      `echo "$1 $2" >> calls`,
      `if [ "$1" = rebuild ]; then echo 'echo ${state.rebuilt ?? ""}' > node_modules/.bin/node; fi`,
      "chmod +x node_modules/.bin/node 2>&-",
      "echo npm was here",
      `exit ${state.npmStatus ?? 0}`,
    );

    const { stdout, stderr, status } = spawnSync(process.execPath, ["scripts/bootstrap.cjs"], {
      cwd: root,
      encoding: "utf8",
      env: { PATH: `${join(root, "bin")}:/usr/bin:/bin` },
    });
    const calls = await readFile(join(root, "calls"), "utf8").catch(() => "");
    return { printed: stdout + stderr, status, npm: calls.split("\n").slice(0, -1) };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

test("the bootstrap says and does nothing when node_modules fits the lock file", async () => {
  assert.deepEqual(await run({ record: installed, node: "v24.0.0" }), { printed: "", status: 0, npm: [] });
});

const differences: readonly (readonly [string, Packages | undefined])[] = [
  ["nothing is installed", undefined],
  ["a version differs", { ...installed, "node_modules/a": { version: "1.0.1", integrity: "sha512-a" } }],
  ["a checksum differs", { ...installed, "node_modules/a": { version: "1.0.0", integrity: "sha512-b" } }],
  ["a package is missing", { "node_modules/here": { version: "1.0.0" } }],
  ["this platform's package is missing", { "node_modules/a": installed["node_modules/a"] ?? {} }],
  ["a package is left over", { ...installed, "node_modules/old": { version: "1.0.0" } }],
];
for (const [name, record] of differences) {
  test(`the bootstrap installs and says so in one line when ${name}`, async () => {
    const outcome = await run({ ...(record && { record }), node: "v24.0.0" });

    assert.deepEqual(outcome, {
      printed: "installing the pinned packages (npm ci) ...\n",
      status: 0,
      npm: ["ci --include=dev"],
    });
  });
}

for (const node of ["v20.0.0", undefined]) {
  test(`the bootstrap installs the pinned Node in the place of ${node ?? "none"}`, async () => {
    const outcome = await run({ record: installed, ...(node && { node }), rebuilt: "v24.0.0" });

    assert.deepEqual(outcome, {
      printed: "installing Node v24.0.0 ...\n",
      status: 0,
      npm: ["rebuild node"],
    });
  });
}

test("the bootstrap says what to do when npm leaves the pinned Node out", async () => {
  const { printed, status } = await run({ record: installed, node: "v20.0.0", rebuilt: "v20.0.0" });

  assert.equal(status, 1);
  assert.match(
    printed,
    /expected node_modules\/\.bin\/node to be v24\.0\.0, got v20\.0\.0: allow the install/,
  );
});

test("the bootstrap shows npm's output and says what is needed when npm ci fails", async () => {
  const { printed, status } = await run({ node: "v24.0.0", npmStatus: 7 });

  assert.equal(status, 1);
  assert.match(printed, /npm was here\n.*the npm registry must answer/);
});
