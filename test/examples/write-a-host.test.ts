/**
 * The folder of docs/write-a-host.md by its source, and the `curl` lines of that page and of docs/gateway.md.
 * `npm run package:check` follows the page with the packed package.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pluginExecutable } from "grafana-plugin-protocol/host";
import { type CurlLine, curlLines } from "../../scripts/readme/curl-lines.ts";
import { root } from "../../scripts/readme/pages.ts";
import { runCurlLines } from "../../scripts/readme/run-curl-lines.ts";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { type Program, runProgram, sourceProgram } from "../helpers/run-program.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";

const project = fileURLToPath(new URL("examples/write-a-host/", root));
const main = new URL("src/cli/main.ts", root);
const run = promisify(execFile);
const hasCurl = await run("curl", ["--version"]).then(
  () => true,
  () => false,
);
const withoutCurl = hasCurl ? false : "needs curl, and there is none";
const skip = (await buildGoPeers()) === undefined ? withoutGo : withoutCurl;

const linesOf = (page: string): readonly CurlLine[] => curlLines(readFileSync(new URL(page, root), "utf8"));

/** The folder of the page with its plugin built: a copy within this package, whose name it imports. */
async function folder(t: TestContext): Promise<string> {
  await privateTmp(t);
  await mkdir(new URL(".build", root), { recursive: true });
  const copy = await mkdtemp(fileURLToPath(new URL(".build/write-a-host-", root)));
  atEnd(t, () => rm(copy, { recursive: true }));
  await cp(project, copy, { recursive: true });
  const plugin = join(copy, "plugins", "example-counter-datasource");
  // The tests' own Go module has the SDK that the page gets from the network.
  const args = ["build", "-o", pluginExecutable(plugin, "gpx_counter"), join(plugin, "main.go")];
  await run("go", args, { cwd: fileURLToPath(new URL("test/go", root)) });
  return copy;
}

/** Runs a program in a folder, by the sources of the package. */
function runIn(t: TestContext, cwd: string, args: readonly string[]): Program {
  const env = { COUNTER_TOKEN: "secret", PORT: "0" };
  return runProgram(t, "sh", ["-c", 'cd "$0" && exec "$@"', cwd, process.execPath, ...args], env);
}

const source = "--conditions=grafana-plugin-protocol-source";

suite("docs/write-a-host.md", { skip }, () => {
  const [health, query, tens] = linesOf("docs/write-a-host.md");
  assert.ok(health !== undefined && query !== undefined && tens !== undefined);

  test("docs/write-a-host.md serves a Go plugin by the command line, and its curl lines print what it says", async (t) => {
    const cwd = await folder(t);
    const args = ["--plugins", "plugins", "--provisioning", "provisioning", "--port", "0"];
    const program = runIn(t, cwd, sourceProgram(main, "serve", ...args));
    const url = (await program.firstLine()).replace("serving on ", "");

    await runCurlLines([health, query], url);

    process.kill(program.pid, "SIGINT");
    assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
  });

  test("docs/write-a-host.md serves it by a program, with a data source by code", async (t) => {
    const program = runIn(t, await folder(t), [source, "gateway.ts"]);
    const url = (await program.firstLine()).replace("serving on ", "");

    await runCurlLines([health, query, tens], url);

    process.kill(program.pid, "SIGINT");
    assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
  });

  test("docs/write-a-host.md calls it without HTTP", async (t) => {
    const program = runIn(t, await folder(t), [source, "host.ts"]);

    assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
    assert.match(
      program.stdout(),
      /^counts in steps of 2.5\nName: numbers\nDimensions: 1 Fields by 4 Rows\n/,
    );
  });
});

test("the curl lines of docs/gateway.md print what it says", { skip: withoutCurl }, async (t) => {
  const { path } = await privateTmp(t);
  const yaml =
    "apiVersion: 1\ndatasources: [{name: Weather, uid: weather, type: example-weather-datasource}]";
  await writeFile(join(path, "a.yaml"), yaml);
  const weather = fileURLToPath(new URL("examples/weather-datasource", root));
  const args = ["--plugins", weather, "--provisioning", join(path, "a.yaml"), "--port", "0"];
  const program = runProgram(t, process.execPath, sourceProgram(main, "serve", ...args));
  const url = (await program.firstLine()).replace("serving on ", "");

  const lines = linesOf("docs/gateway.md");
  assert.equal(lines.length, 2);
  await runCurlLines(lines, url);

  process.kill(program.pid, "SIGINT");
  assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
});

test("a curl line that shows nothing is an error", () => {
  assert.throws(() => curlLines("```sh\ncurl a\n```\n"), { message: /expected a line .* after: curl a/ });
});
