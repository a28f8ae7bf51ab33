import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { copyFile, cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../proto/run-tool.ts";
import { cacheFolder } from "./cache-folder.ts";
import type { Command, Language } from "./language.ts";
import { runBuf } from "./run-buf.ts";
import { runChecked } from "./run-checked.ts";
import { withLock } from "./with-lock.ts";

const folder = join(packageRoot, "packages", "rust");
const generator = join(folder, "generator");
const example = join(packageRoot, "examples", "rust");
const oldest = [1, 89] as const;

/** Rust: crates are in Cargo's own cache, what is built of them in ours, so that only a new checkout's own code is built. */
export const rust: Language = {
  name: "rust",
  title: "Rust",
  manifests: [{ file: "Cargo.toml", version: /(?<=^version = ")[^"]+/m }],
  isGenerationCommitted: true,
  findToolchain,
  install: async () => {
    for (const workspace of [folder, generator]) await runChecked("cargo", ["fetch", "--locked"], workspace);
  },
  generate: async (root, outDir) => {
    const { command } = await buildRust(generator, "protoc-gen-rust-contract");
    await runBuf("rust", root, outDir, [join(command, "..")]);
  },
  buildExample: () => buildRust(example, "gpx_weather_rust"),
  buildVectors: () => buildRust(join(packageRoot, "test", "vectors", "adapters", "rust"), "vectors"),
  checkPackage,
};

async function findToolchain(): Promise<string | undefined> {
  const needs = `Rust ${oldest.join(".")} or newer on PATH`;
  for (const name of ["cargo", "rustc"]) {
    const seen = await promisify(execFile)(name, ["--version"]).then(
      ({ stdout }) => stdout,
      () => "",
    );
    const [, major, minor] = /(\d+)\.(\d+)/.exec(seen) ?? [];
    if (major === undefined) return `no ${needs}`;
    if (Number(major) === oldest[0] && Number(minor) < oldest[1]) return `no ${needs}, but ${seen.trim()}`;
  }
  // SQLite of the example is in C; Rust links by it, too.
  return await promisify(execFile)("cc", ["--version"]).then(
    () => undefined,
    () => "no C compiler cc on PATH",
  );
}

/**
 * Builds a program of a crate, and puts it to where no other checkout replaces it.
 *
 * Without optimisation, which costs minutes; to measure, set CARGO_PROFILE_DEV_OPT_LEVEL=3.
 */
export async function buildRust(crate: string, name: string): Promise<Command> {
  const bin = join(packageRoot, ".build", "rust", "bin");
  await inTarget(async (target) => {
    await cargo(["build", "--locked", "--bin", name], crate, target);
    await mkdir(bin, { recursive: true });
    // Renamed into its place: a plugin may be just started by it.
    const fresh = join(bin, `${name}.${process.pid}`);
    await copyFile(join(target, "debug", name), fresh);
    await rename(fresh, join(bin, name));
  });
  return { command: join(bin, name), args: [] };
}

/** Two checkouts build into the same folder. */
async function inTarget<T>(use: (target: string) => Promise<T>): Promise<T> {
  const target = join(cacheFolder("rust"), "target");
  return await withLock(`${target}.lock`, () => use(target));
}

async function cargo(args: readonly string[], crate: string, target: string): Promise<void> {
  const env = {
    ...process.env,
    CARGO_TARGET_DIR: target,
    CARGO_NET_OFFLINE: "true",
    // In every project the same, so that none builds the crates again.
    CARGO_INCREMENTAL: "0",
    CARGO_PROFILE_DEV_DEBUG: "false",
  };
  await runChecked("cargo", [...args, "--quiet"], crate, env);
}

/**
 * Tests the crate, packs it, uses what is packed in an empty project, and lets our host query the plugin of the README, which
 * is built there.
 */
async function checkPackage(): Promise<string> {
  const { version }: { version: string } = JSON.parse(
    await readFile(join(packageRoot, "package.json"), "utf8"),
  );
  const archive = `grafana-plugin-protocol-${version}`;
  // Always the same folder: what Cargo builds of another path stays in the cache as well.
  const build = join(packageRoot, ".build", "rust", "package");
  await rm(build, { recursive: true, force: true });
  const empty = join(build, "sine");
  await mkdir(join(empty, "src"), { recursive: true });
  await inTarget(async (target) => {
    await cargo(["test", "--locked", "--package", "grafana-plugin-protocol"], folder, target);
    await cargo(["package", "--locked", "--allow-dirty"], folder, target);
    await runChecked("tar", ["xzf", join(target, "package", `${archive}.crate`)], build);
    const packed = readdirSync(join(build, archive, "src", "generated"));
    if (packed.length === 0) throw new Error(`expected generated code in ${archive}.crate`);

    const manifest = await readFile(join(example, "readme", "Cargo.toml"), "utf8");
    await writeFile(
      join(empty, "Cargo.toml"),
      manifest.replace("<clone>/packages/rust", join(build, archive)),
    );
    await cp(join(example, "readme", "main.rs"), join(empty, "src", "main.rs"));
    // The same versions, which are built already.
    await cp(join(folder, "Cargo.lock"), join(empty, "Cargo.lock"));
    await cargo(["build"], empty, target);
    await copyFile(join(target, "debug", "gpx_sine"), join(build, "gpx_sine"));
  });
  const host = join(example, "readme", "host.ts");
  const args = ["--conditions=grafana-plugin-protocol-source", host, join(build, "gpx_sine")];
  const seen = await runChecked(process.execPath, args, packageRoot);
  if (!seen.includes("it works") || !seen.includes("value")) {
    throw new Error(`expected the host of the README to print "it works" and a frame, got:\n${seen}`);
  }
  return `${archive}.crate runs from an empty project`;
}
