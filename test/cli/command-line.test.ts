/** The program of `bin`: its arguments, what it prints, its exit codes. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { checksPage, fillCheckTables } from "../../scripts/readme/check-tables.ts";
import { root } from "../../scripts/readme/pages.ts";
import { pluginChecks } from "../../src/cli/conformance/checks/all-checks.ts";
import { hostChecks } from "../../src/cli/conformance/host/all-host-checks.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { processesWith } from "../helpers/processes.ts";
import { type Program, runProgram, sourceProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import { faultPlugin } from "./conformance/run-kit.ts";

const main = new URL("src/cli/main.ts", root);

function run(t: TestContext, ...args: readonly string[]): Program {
  return runProgram(t, process.execPath, sourceProgram(main, ...args));
}

suite("wrong arguments are exit code 2, and one line that says what is expected", () => {
  const cases: readonly (readonly [name: string, args: readonly string[], expected: RegExp])[] = [
    ["no command", [], /expected the command conformance or serve, got ""/],
    ["another command", ["conform"], /expected the command conformance or serve, got "conform"/],
    ["no executable", ["conformance"], /expected -- and a command/],
    ["an unknown option", ["conformance", "--all", "--", "a"], /--all/],
    [
      "an unknown check",
      ["conformance", "--only", "handshake.x", "--", "a"],
      /--only: .*"handshake.x".*--list/,
    ],
    ["a time that is none", ["conformance", "--within", "soon", "--", "a"], /--within: expected seconds/],
    ["a file that is not there", ["conformance", "--query", "/none.json", "--", "a"], /--query: cannot read/],
    ["a file that is not JSON", ["conformance", "--query", "/dev/null", "--", "a"], /--query: expected JSON/],
  ];
  for (const [name, args, expected] of cases) {
    test(`wrong arguments: ${name}`, async (t) => {
      const program = run(t, ...args);

      assert.equal((await program.ended).code, 2, program.stderr());
      assert.match(program.stderr(), expected);
      assert.equal(program.stderr().trimEnd().split("\n").length, 1, program.stderr());
      assert.equal(program.stdout(), "");
    });
  }
});

test("--version prints the version of the package", async (t) => {
  const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { version: string };

  const program = run(t, "--version");

  assert.equal((await program.ended).code, 0, program.stderr());
  assert.equal(program.stdout(), `${version}\n`);
});

test("an unknown name in the file of expected failures is exit code 2", async (t) => {
  const { path } = await privateTmp(t);
  const file = join(path, "expected.txt");
  writeFileSync(file, "end.shutdwon\n");

  const program = run(t, "conformance", "--expected-failures", file, "--", ...faultPlugin("none"));

  assert.equal((await program.ended).code, 2);
  assert.match(program.stderr(), /--expected-failures: .*"end.shutdwon"/);
});

test("a person sees each check, what is wrong with a failed one, and a summary; the exit code is 1", async (t) => {
  await privateTmp(t);

  const program = run(t, "conformance", "--only", "cookie", "--", ...faultPlugin("cookie.text"));

  assert.equal((await program.ended).code, 1, program.stderr());
  const lines = program.stdout().trimEnd().split("\n");
  assert.match(lines[0] ?? "", /^passed +cookie.missing$/);
  assert.match(lines[2] ?? "", /^failed +cookie.text$/);
  assert.deepEqual(
    lines.slice(3, 8).map((line) => line.trim().split("  ")[0]),
    ["fact", "source", "expected", "seen", "to do"],
  );
  assert.equal(lines.at(-1), "does not conform: 2 passed, 1 failed");
});

test("--json prints one object and nothing else", async (t) => {
  await privateTmp(t);
  const command = faultPlugin("none");

  const program = run(t, "conformance", "--json", "--only", "cookie.wrong", "--", ...command);

  assert.equal((await program.ended).code, 0, program.stderr());
  const {
    level = "must",
    name,
    fact,
    source,
  } = pluginChecks.find((each) => each.name === "cookie.wrong") ?? {};
  assert.deepEqual(JSON.parse(program.stdout()), {
    command,
    conforms: true,
    checks: [{ name, verdict: "passed", fact, source, level }],
  });
});

for (const [fault, expected, code] of [
  ["cookie.text", /^expected failure +cookie.text$/m, 0],
  ["none", /^unexpected pass +cookie.text: .*take it out$/m, 1],
] as const) {
  test(`an expected failure, while the fault ${fault} is planted, is exit code ${code}`, async (t) => {
    const { path } = await privateTmp(t);
    const file = join(path, "expected.txt");
    writeFileSync(file, "cookie.text # it says nothing\n");
    const options = ["--expected-failures", file, "--only", "cookie"];

    const program = run(t, "conformance", ...options, "--", ...faultPlugin(fault));

    assert.equal((await program.ended).code, code, program.stdout());
    assert.match(program.stdout(), expected);
  });
}

test("a plugin that cannot be started is one failure that says why; nothing else is tried", async (t) => {
  await privateTmp(t);

  const program = run(t, "conformance", "--", "/no/such/plugin");

  assert.equal((await program.ended).code, 1);
  assert.match(program.stdout(), /^failed +handshake.starts$/m);
  assert.match(program.stdout(), /seen +the plugin cannot be started: .*ENOENT/);
  assert.match(program.stdout(), /1 failed, \d+ left out$/m);
});

test("an interrupt ends the plugins, too", async (t) => {
  const { path } = await privateTmp(t);
  const program = run(t, "conformance", "--", ...faultPlugin("none"));
  await until("a check is done", () => program.stdout().includes("handshake.starts"));

  process.kill(program.pid, "SIGINT");

  assert.deepEqual(await program.ended, { code: null, signal: "SIGINT" });
  await until("no plugin is left", () => processesWith(path).length === 0);
});

test("names of checks are unique and have a group, and every fact is one sentence", () => {
  const checks = [...pluginChecks, ...hostChecks];

  assert.equal(new Set(checks.map(({ name }) => name)).size, checks.length);
  for (const { name, fact, source } of checks) {
    assert.match(name, /^[a-z0-9]+\.[a-z0-9-]+$/);
    assert.match(fact, /^[A-Za-z0-9@].*\.$/s, name);
    assert.ok(source.length > 10, name);
  }
});

test("docs/conformance.md has the tables that --list prints", async (t) => {
  const page = readFileSync(new URL(checksPage, root), "utf8");
  const lists = await Promise.all(
    [[], ["--host"]].map(async (flags) => {
      const program = run(t, "conformance", "--list", ...flags);
      assert.equal((await program.ended).code, 0);
      return program.stdout().trimEnd();
    }),
  );

  for (const list of lists) assert.ok(page.includes(`\n${list}\n`));
  assert.equal(fillCheckTables(page), page);
});
