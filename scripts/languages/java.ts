import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { packageRoot } from "../proto/run-tool.ts";
import { withBuildFolder } from "../proto/with-build-folder.ts";
import { runCommand } from "../run-command.ts";
import { cacheFolder } from "./cache-folder.ts";
import type { Command, Language } from "./language.ts";
import { runBuf } from "./run-buf.ts";
import { runChecked } from "./run-checked.ts";
import { withLock } from "./with-lock.ts";

const folder = join(packageRoot, "packages", "java");
const pom = join(folder, "pom.xml");
const generated = join(packageRoot, "gen", "java");
const reactor = join(packageRoot, "scripts", "languages", "java", "reactor.xml");
const build = join(packageRoot, ".build", "java");
/** What is built in one go. */
const sources = ["packages/java", "examples/java", "test/vectors/adapters/java", "scripts/languages/java"];
const version = /(?<=<artifactId>grafana-plugin-protocol<\/artifactId>\s*<version>)[^<]+/;
const oldestJava = 17;

/** Java: protoc and the generators are Maven artefacts. The bindings are 2.4 MB, and made when they are needed. */
export const java: Language = {
  name: "java",
  title: "Java",
  manifests: [
    "pom.xml",
    "../../examples/java/pom.xml",
    "../../examples/java/readme/pom.xml",
    "../../test/vectors/adapters/java/pom.xml",
  ].map((file) => ({ file, version })),
  findToolchain: async () =>
    (await findJava()) === undefined ? `no Maven with a JDK of ${oldestJava} or newer on PATH` : undefined,
  install: async () => {
    await generators();
  },
  isGenerationCommitted: false,
  generate: async (root, outDir) => await runBuf("java", root, outDir, [await generators()]),
  buildExample: () => launcher("weather-java", "weather.jar"),
  buildVectors: () => launcher("vectors", "vectors.jar"),
  checkPackage,
};

/** The folder with protoc and protoc-gen-grpc-java, filled once for each pair of versions. */
async function generators(): Promise<string> {
  const versionOf = (name: string): string =>
    new RegExp(`<${name}\\.version>([^<]+)<`).exec(readFileSync(pom, "utf8"))?.[1] ?? "";
  const artefacts = {
    protoc: `com.google.protobuf:protoc:${versionOf("protobuf")}`,
    "protoc-gen-grpc-java": `io.grpc:protoc-gen-grpc-java:${versionOf("grpc")}`,
  };
  const name = `tools-${versionOf("protobuf")}-${versionOf("grpc")}`;
  const target = join(cacheFolder("java"), name);
  await withLock(`${target}.lock`, async () => {
    if (existsSync(target)) return;
    const fresh = `${target}.${process.pid}`;
    for (const [file, artefact] of Object.entries(artefacts)) {
      await mvn([
        "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
        `-Dartifact=${artefact}:exe:${platform()}`,
        `-DoutputDirectory=${fresh}`,
      ]);
      const [copied = ""] = readdirSync(fresh).filter(
        (each) => each.endsWith(".exe") && each !== `${file}.exe`,
      );
      const executable = process.platform === "win32" ? `${file}.exe` : file;
      await rename(join(fresh, copied), join(fresh, executable));
      await chmod(join(fresh, executable), 0o755);
    }
    await rename(fresh, target);
  });
  return target;
}

/** The classifier of executables in Maven's repositories. */
function platform(): string {
  const system = { darwin: "osx", win32: "windows" }[process.platform as string] ?? process.platform;
  const processor = { x64: "x86_64", arm64: "aarch_64" }[process.arch as string] ?? process.arch;
  return `${system}-${processor}`;
}

function mvn(args: readonly string[], cwd = packageRoot): Promise<string> {
  return runChecked("mvn", ["--batch-mode", "--quiet", "-Dstyle.color=never", ...args], cwd);
}

/** Generates and builds what the tests need, unless it is there for these very sources. */
async function buildAll(): Promise<void> {
  await withLock(join(build, "build.lock"), async () => {
    await generateIfStale();
    await unlessBuilt("modules", sources, async () => {
      await mvn(["--file", reactor, `-Dbuild.root=${join(build, "modules")}`, "package"]);
    });
  });
}

/** Compiling the bindings takes most of the time of a build, so they are not written anew without need. */
async function generateIfStale(): Promise<void> {
  await unlessBuilt("generated", ["proto", "packages/java/buf.gen.yaml", "packages/java/pom.xml"], () =>
    withBuildFolder(packageRoot, "generate-java-", async (fresh) => {
      await java.generate(packageRoot, fresh);
      await rm(generated, { recursive: true, force: true });
      await rename(join(fresh, "java"), generated);
    }),
  );
}

/** Runs `make` unless its last success was with the same contents of these files and folders. */
async function unlessBuilt(name: string, paths: readonly string[], make: () => Promise<void>): Promise<void> {
  const mark = join(build, `${name}.sha256`);
  const hash = createHash("sha256");
  for (const file of paths.flatMap(filesOf))
    hash.update(`${file}\0`).update(readFileSync(join(packageRoot, file)));
  const wanted = hash.digest("hex");
  const isThere = name === "generated" ? existsSync(generated) : existsSync(join(build, name));
  if (isThere && existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  await rm(mark, { force: true });
  await make();
  await writeFile(mark, wanted);
}

function filesOf(path: string): string[] {
  const absolute = join(packageRoot, path);
  if (path.includes(".")) return [path];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(packageRoot.length))
    .filter((file) => !file.includes("/target/"))
    .sort();
}

/** Gives the command that compiles and runs one file of Java beside what is built, as tests of the module need it. */
export async function javaProgram(file: string): Promise<Command> {
  await buildAll();
  const classes = ["weather-java/lib", "weather-java"].map((module) => join(build, "modules", module, "*"));
  return { command: await javaCommand(), args: ["-cp", classes.join(delimiter), file] };
}

async function javaCommand(): Promise<string> {
  return join((await findJava()) ?? "", "bin", "java");
}

/** Writes a script that starts a jar, as hosts start executables without arguments. */
async function launcher(module: string, jar: string): Promise<Command> {
  await buildAll();
  const program = await javaCommand();
  // A small heap with a collector for one processor: a plugin is a small server beside its host.
  const small = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1";
  // The JVM prints its warnings to stdout, where a host expects the handshake line.
  const flags = `-XX:+DisplayVMOutputToStderr -Xlog:disable -Xlog:all=warning:stderr ${small}`;
  const script = `#!/bin/sh\nexec '${program}' ${flags} -jar '${join(build, "modules", module, jar)}' "$@"\n`;
  const bin = join(build, "bin");
  await mkdir(bin, { recursive: true });
  // Renamed into its place: a plugin may be just started by it.
  const fresh = join(bin, `${module}.${process.pid}`);
  await writeFile(fresh, script, { mode: 0o755 });
  await rename(fresh, join(bin, module));
  return { command: join(bin, module), args: [] };
}

/**
 * Builds the jar with its sources and its documentation, installs it in a repository of its own, builds the plugin of the README
 * with it in an empty folder, and lets the conformance kit call that plugin.
 */
async function checkPackage(): Promise<string> {
  await buildAll();
  return await withBuildFolder(packageRoot, "java-package-", async (empty) => {
    const repository = join(empty, "repository");
    const own = await mvn(["help:evaluate", "-DforceStdout", "-Dexpression=settings.localRepository"]);
    // Debian's launcher of Maven prints escapes around everything.
    await cp(stripVTControlCharacters(own).trim(), repository, { recursive: true });
    const options = [`-Dmaven.repo.local=${repository}`];
    // The classes are there already.
    const root = join(build, "modules");
    await mvn([...options, "--file", pom, "-Prelease", `-Dbuild.root=${root}`, "install"]);
    const name = `grafana-plugin-protocol-${version.exec(readFileSync(pom, "utf8"))?.[0]}`;
    for (const file of [`${name}.jar`, `${name}-sources.jar`, `${name}-javadoc.jar`]) {
      if (!existsSync(join(root, "grafana-plugin-protocol", file)))
        throw new Error(`expected Maven to make ${file}`);
    }

    const project = join(empty, "project");
    await cp(join(packageRoot, "examples", "java", "readme"), project, { recursive: true });
    await mvn([...options, "package"], project);
    const plugin = join(project, "gpx_sine_linux_amd64");
    const query = join(project, "query.json");
    await writeFile(query, JSON.stringify({ periodSeconds: 60, timeRange: { from: 0, to: 60_000 } }));
    const kit = join(packageRoot, "src", "cli", "main.ts");
    const run = ["conformance", "--only", "handshake,calls,frames", "--query", query, "--", plugin];
    const condition = "--conditions=grafana-plugin-protocol-source";
    const seen = await runChecked(process.execPath, [condition, kit, ...run], project);
    return `${name}.jar, its sources and its documentation; the plugin of the README ${seen.split("\n").at(-1)}`;
  });
}

/** The home of the JDK that Maven runs on, if it is new enough. */
async function findJava(): Promise<string | undefined> {
  const { ok, output } = await runCommand("mvn", ["-Dstyle.color=never", "--version"], packageRoot).catch(
    () => ({
      ok: false,
      output: "",
    }),
  );
  const [, major, home] = /^Java version: (\d+).*runtime: (.+)$/m.exec(output) ?? [];
  const isThere = ok && Number(major) >= oldestJava && home !== undefined;
  const compiler = join(home ?? "", "bin", process.platform === "win32" ? "javac.exe" : "javac");
  return isThere && existsSync(compiler) ? home : undefined;
}
