import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../proto/run-tool.ts";
import { withBuildFolder } from "../proto/with-build-folder.ts";
import { cacheFolder } from "./cache-folder.ts";
import type { Command, Language } from "./language.ts";
import { joinSource, packageFromSource, python, pythonWithTools } from "./python.ts";
import { runBuf } from "./run-buf.ts";
import { runChecked } from "./run-checked.ts";
import { withLock } from "./with-lock.ts";

const folder = join(packageRoot, "packages", "cpp");
const protos = join(packageRoot, "proto");
const readme = join(packageRoot, "examples", "cpp", "readme");
const weather = join(packageRoot, "node_modules", "@observablehq", "sample-datasets", "weather.csv");
const debianPackages = [
  "cmake",
  "g++",
  "libgrpc++-dev",
  "libprotobuf-dev",
  "libsqlite3-dev",
  "libssl-dev",
  "make",
  "pkg-config",
  "protobuf-compiler-grpc",
];
/** What shows that a part of the toolchain is there. */
const probes: readonly (readonly [what: string, command: string, ...args: string[]])[] = [
  ["C++ compiler (c++)", "c++", "--version"],
  ["CMake", "cmake", "--version"],
  ["protoc", "protoc", "--version"],
  ["grpc_cpp_plugin", "sh", "-c", "command -v grpc_cpp_plugin"],
  [
    "grpc++, protobuf, OpenSSL or SQLite for pkg-config",
    "pkg-config",
    "--exists",
    "grpc++ protobuf openssl sqlite3",
  ],
];

/** A file of a build: where it is, and its path in the folder that is built. */
interface Source {
  readonly from: string;
  readonly to: string;
}

/** C++: the tools are those of the system, because generated code has to match its libprotobuf. */
export const cpp: Language = {
  name: "cpp",
  title: "C++",
  manifests: [{ file: "CMakeLists.txt", version: /(?<=^project\(grafana_plugin_protocol VERSION )\S+/m }],
  isGenerationCommitted: false,
  findToolchain: async () => {
    const missing = await findMissing();
    // pyarrow has Arrow's C++ library, which Debian has not.
    if (missing === undefined) return await python.findToolchain();
    return mayInstall() ? undefined : `no ${missing}: install ${debianPackages.join(" ")}`;
  },
  install: async () => {
    if ((await findMissing()) !== undefined && mayInstall()) await installPackages();
    await pythonWithTools();
  },
  generate: (root, outDir) => runBuf("cpp", root, outDir),
  buildExample: () =>
    buildProgram("gpx_weather_cpp", join(packageRoot, "examples", "cpp"), [`-DWEATHER_CSV=${weather}`]),
  buildVectors: () => buildProgram("vectors", join(packageRoot, "test", "vectors", "adapters", "cpp")),
  checkPackage,
};

async function findMissing(): Promise<string | undefined> {
  for (const [what, command, ...args] of probes) {
    const isThere = await promisify(execFile)(command, args).then(
      () => true,
      () => false,
    );
    if (!isThere) return what;
  }
  return undefined;
}

/** CI has the system for itself. */
function mayInstall(): boolean {
  return Boolean(process.env["CI"]) && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

async function installPackages(): Promise<void> {
  await withLock(join(cacheFolder("cpp"), "apt.lock"), async () => {
    if ((await findMissing()) === undefined) return;
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await runChecked("apt-get", ["update"], packageRoot, env);
    const options = ["install", "--yes", "--no-install-recommends"];
    await runChecked("apt-get", [...options, ...debianPackages], packageRoot, env);
  });
}

/** The folder of pyarrow: it has Arrow's headers and library. */
async function pyarrow(): Promise<string> {
  const script = "import pyarrow; print(pyarrow.__path__[0])";
  return (await runChecked(await pythonWithTools(), ["-c", script], packageRoot)).trim();
}

/** A program of examples or tests, with the package. Each content has a file of its own: an older one may be running. */
export async function buildProgram(
  name: string,
  source: string,
  options: readonly string[] = [],
): Promise<Command> {
  const { prefix, key } = await installedPackage();
  const sources = (await filesBelow(source)).filter(({ to }) => !to.startsWith("readme/"));
  const hash = await hashOf(sources, [key, ...options]);
  const target = join(packageRoot, ".build", "cpp", hash, name);
  if (existsSync(target)) return { command: target, args: [] };
  const all = [`-DCMAKE_PREFIX_PATH=${prefix}`, `-DPYARROW=${await pyarrow()}`, ...options];
  await inBuildFolder(`${name}-${key}`, sources, all, async (build) => {
    await mkdir(dirname(target), { recursive: true });
    const fresh = `${target}.${process.pid}`;
    await cp(join(build, name), fresh);
    await rename(fresh, target);
  });
  return { command: target, args: [] };
}

/** What is published: packages/cpp with the protos. */
async function packageSources(): Promise<Source[]> {
  const contracts = (await filesBelow(protos)).filter(({ to }) => /^(v\d+|go-plugin)\//.test(to));
  return [...(await filesBelow(folder)), ...contracts.map(({ from, to }) => ({ from, to: `proto/${to}` }))];
}

/** Builds and installs the package in the cache, once for each content of its sources and each version of the libraries. */
async function installedPackage(): Promise<{ prefix: string; key: string; build: string }> {
  const sources = (await packageSources()).filter(({ to }) => !to.endsWith(".md"));
  const versions = [
    await runChecked("pkg-config", ["--modversion", "grpc++", "protobuf", "openssl"], packageRoot),
    await runChecked("c++", ["-dumpfullversion", "-dumpmachine"], packageRoot),
  ];
  // The slow part is generated code: a change of the others compiles only what changed.
  const slow = await hashOf(
    sources.filter(({ to }) => to.startsWith("proto/")),
    versions,
  );
  const key = await hashOf(sources, versions);
  const prefix = join(cacheFolder("cpp"), `installed-${key}`);
  const build = join(cacheFolder("cpp"), `package-${slow}`, "build");
  if (!existsSync(prefix)) {
    await inBuildFolder(`package-${slow}`, sources, [], async () => {
      if (existsSync(prefix)) return;
      const fresh = `${prefix}.${process.pid}`;
      await runChecked("cmake", ["--install", build, "--prefix", fresh], packageRoot);
      await rename(fresh, prefix);
    });
  }
  return { prefix, key, build };
}

/**
 * Copies sources to a folder of the cache, builds them there, and lets `use` take the results, while no other process builds
 * there. Files with the same content keep their time, so that they are not compiled again, in whatever checkout they are.
 */
async function inBuildFolder(
  name: string,
  sources: readonly Source[],
  options: readonly string[],
  use: (build: string) => Promise<void>,
): Promise<void> {
  const place = join(cacheFolder("cpp"), name);
  const build = join(place, "build");
  await withLock(`${place}.lock`, async () => {
    const wanted = new Set(sources.map(({ to }) => to));
    for (const { from, to } of await filesBelow(join(place, "source"))) if (!wanted.has(to)) await rm(from);
    for (const { from, to } of sources) {
      const copy = join(place, "source", to);
      const content = await readFile(from);
      if (existsSync(copy) && content.equals(await readFile(copy))) continue;
      await mkdir(dirname(copy), { recursive: true });
      await writeFile(copy, content);
    }
    // Together, because most of the time goes into the headers of gRPC and Arrow; in two parts for two cores.
    const together = ["-DCMAKE_UNITY_BUILD=ON", "-DCMAKE_UNITY_BUILD_BATCH_SIZE=5"];
    const all = ["-DCMAKE_BUILD_TYPE=Release", ...together, ...options];
    await runChecked("cmake", ["-S", join(place, "source"), "-B", build, ...all], packageRoot);
    const jobs = String(availableParallelism());
    await runChecked("cmake", ["--build", build, "--parallel", jobs], packageRoot);
    await use(build);
  });
}

async function filesBelow(root: string): Promise<Source[]> {
  if (!existsSync(root)) return [];
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((from) => ({ from, to: from.slice(root.length + 1) }));
}

async function hashOf(sources: readonly Source[], others: readonly string[]): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(others));
  for (const { from, to } of sources) hash.update(`\0${to}\0`).update(await readFile(from));
  return hash.digest("hex").slice(0, 12);
}

/**
 * Compares the services that CMake generates with what the template gives; makes the source archive, which has to have what
 * was built; and builds the plugin of the README in an empty folder against the installed package, and lets the Python host
 * call it.
 */
async function checkPackage(): Promise<string> {
  const { prefix, build } = await installedPackage();
  return await withBuildFolder(packageRoot, "cpp-package-", async (empty) => {
    await cpp.generate(packageRoot, join(empty, "generated"));
    const services = async (root: string): Promise<Source[]> =>
      (await filesBelow(root)).filter(({ to }) => to.includes(".grpc.pb."));
    // Not the messages: buf writes the JSON names into their descriptors, protoc leaves them out.
    const made = await services(join(empty, "generated", "cpp"));
    await expectSame("the services that CMake generates", await services(join(build, "generated")), made);

    const configured = join(empty, "configured");
    await runChecked("cmake", ["-S", folder, "-B", configured], packageRoot);
    await runChecked("cpack", ["--config", join(configured, "CPackSourceConfig.cmake"), "-B", empty], empty);
    const [archive = ""] = (await readdir(empty)).filter((file) => file.endsWith(".tar.gz"));
    await runChecked("tar", ["xzf", archive], empty);
    const unpacked = join(empty, archive.replace(".tar.gz", ""));
    await expectSame("the source archive", await filesBelow(unpacked), await packageSources());

    const project = join(empty, "project");
    await cp(readme, project, { recursive: true });
    const arrow = `-DPYARROW=${await pyarrow()}`;
    const options = ["-B", "build", "-DCMAKE_BUILD_TYPE=Release", `-DCMAKE_PREFIX_PATH=${prefix}`, arrow];
    await runChecked("cmake", options, project);
    await runChecked("cmake", ["--build", "build"], project);
    await joinSource();
    const host = join(packageRoot, "examples", "python", "readme", "host.py");
    const plugin = join(project, "build", "gpx_sine_linux_amd64");
    const env = { ...process.env, ...packageFromSource() };
    const seen = await runChecked(await pythonWithTools(), [host, plugin], project, env);
    if (!seen.includes("it works") || !seen.includes("'value': [0.0, 1.0,")) {
      throw new Error(`expected the host of the README to print "it works" and a sine, got:\n${seen}`);
    }
    return `${archive} builds, and a plugin with the installed package runs from an empty folder`;
  });
}

async function expectSame(what: string, seen: readonly Source[], expected: readonly Source[]): Promise<void> {
  const contents = async (sources: readonly Source[]): Promise<Map<string, string>> =>
    new Map(await Promise.all(sources.map(async (each) => [each.to, await hashOf([each], [])] as const)));
  const [left, right] = [await contents(seen), await contents(expected)];
  const different = [...new Set([...left.keys(), ...right.keys()])].filter(
    (name) => left.get(name) !== right.get(name),
  );
  if (different.length > 0)
    throw new Error(
      `${what}: expected the same files in the same state, these differ: ${different.join(", ")}`,
    );
}
