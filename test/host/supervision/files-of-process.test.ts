import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { filesOfCommand, filesOfProcess } from "../../../src/host/supervision/files-of-process.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { runProgram } from "../../helpers/run-program.ts";

suite("the files that a plugin is made of", () => {
  const cases: readonly [name: string, command: string, args: readonly string[], files: readonly string[]][] =
    [
      ["the script of Node", "/usr/bin/node", ["main.mjs"], ["main.mjs"]],
      ["not what the script is given", "node", ["main.mjs", "--log", "out.log"], ["main.mjs"]],
      ["not the value of a flag", "node", ["--inspect", "main.mjs", "out.log"], ["main.mjs"]],
      [
        "what is loaded before it, too",
        "node",
        ["-r", "hook.cjs", "--import=hook.mjs", "--import", "hook.mjs", "main.mjs", "out.log"],
        ["hook.cjs", "hook.mjs", "hook.mjs", "main.mjs"],
      ],
      ["the script after words that are no files", "deno", ["run", "-A", "main.mjs"], ["main.mjs"]],
      ["that of another Python", "/usr/bin/python3.11", ["-u", "main.mjs"], ["main.mjs"]],
      ["no directory", "node", ["folder", "main.mjs"], ["main.mjs"]],
      ["nothing that is not there", "node", ["gone.mjs"], []],
      ["nothing of a program that is no interpreter", "/opt/gpx_demo_linux_amd64", ["out.log"], []],
    ];
  for (const [name, command, args, files] of cases) {
    test(`the files that a plugin is made of are ${name}`, async (t) => {
      const { path } = await privateTmp(t);
      mkdirSync(join(path, "folder"));
      for (const file of ["main.mjs", "hook.cjs", "hook.mjs", "out.log"])
        writeFileSync(join(path, file), "x");

      assert.deepEqual(
        filesOfCommand(command, args, path),
        files.map((file) => join(path, file)),
      );
    });
  }

  test("the files that a plugin is made of are found of every process of its group", async (t) => {
    const { path } = await privateTmp(t);
    const script = join(path, "main.sh");
    writeFileSync(script, "echo up; sleep 1000; true");
    const { pid, firstLine } = runProgram(t, "/bin/sh", ["-c", `/bin/sh '${script}' out.log; true`]);
    await firstLine();

    const files = filesOfProcess(pid);

    assert.ok(files.includes(script), files.join());
    assert.ok(!files.includes(join(path, "out.log")));
    assert.deepEqual(filesOfProcess(2 ** 30), []);
    process.kill(-pid, "SIGKILL");
  });
});
