/** The commands of docs/other-languages.md, as they stand there, leave the files that the page names. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../scripts/proto/run-tool.ts";
import { privateTmp } from "../helpers/private-tmp.ts";

const page = readFileSync(join(packageRoot, "docs", "other-languages.md"), "utf8");
const sections = page
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.slice(0, section.indexOf("\n")),
    command: /^```sh\n(.+)\n```$/m.exec(section)?.[1] ?? "",
    files: [...section.matchAll(/`(gen\/[\w/.]+)`/g)].map(([, file]) => file ?? ""),
  }));

function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** `false` when all is there: these come with the toolchain of C++, so REQUIRE_CPP requires them. */
function missing(command: string): string | false {
  const programs = ["protoc", ...[...command.matchAll(/command -v (\w+)/g)].map(([, name]) => name ?? "")];
  const lacking = programs.filter((program) => !isOnPath(program));
  if (lacking.length === 0) return false;
  const text = `needs ${lacking.join(" and ")} on PATH: Debian has them in protobuf-compiler-grpc`;
  if (process.env["REQUIRE_CPP"]) throw new Error(`REQUIRE_CPP is set, and the page ${text}`);
  return text;
}

test("the page has a command and files for each of the languages", () => {
  assert.deepEqual(
    sections.map(({ title, command, files }) => [title, command.startsWith("protoc "), files.length > 0]),
    ["C#", "Kotlin", "Ruby", "PHP"].map((title) => [title, true, true]),
  );
});

for (const { title, command, files } of sections) {
  test(`the command for ${title} leaves the files that the page names`, {
    skip: missing(command),
  }, async (t) => {
    const { path } = await privateTmp(t);
    const installed = join(path, "node_modules", "grafana-plugin-protocol");
    mkdirSync(installed, { recursive: true });
    mkdirSync(join(path, "gen"));
    // Only what the commands read: the search for leftovers follows links.
    symlinkSync(join(packageRoot, "proto"), join(installed, "proto"));

    execFileSync("/bin/sh", ["-c", command], { cwd: path, stdio: "pipe" });

    for (const file of files) {
      const text = readFileSync(join(path, file), "utf8");
      assert.match(text, /QueryData/, `${file} has the messages or calls of the contract`);
    }
  });
}
