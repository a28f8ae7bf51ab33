import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { untilGone } from "../../helpers/processes.ts";
import { runProgram, sourceProgram } from "../../helpers/run-program.ts";

/** Runs a host that tells its watchdog of these and is killed; resolves when the watchdog has ended. */
async function watchAndDie(t: TestContext, ...paths: string[]): Promise<void> {
  const program = sourceProgram(new URL("../fixtures/watched.ts", import.meta.url), ...paths);
  const host = runProgram(t, process.execPath, program, { WATCHED: paths[0] });
  assert.equal((await host.ended).signal, "SIGKILL", host.stderr());
  const watchdog = Number(host.stdout());
  assert.ok(watchdog > 0, host.stdout());
  await untilGone(watchdog);
}

const names = [
  "with a blank",
  "line\nfeed",
  "ends in a line feed\n",
  "\nstarts with one",
  "tab\tand\rreturn",
  "$(touch made)",
  "`touch made`",
  "'quotes\"",
  "back\\slash \\n \\0057 \\c",
  "percent %s %b",
  "star * and ?",
  "-rf",
  "ü\u{1f600}",
];

suite("the watchdog of a host that was killed", () => {
  for (const name of names) {
    test(`the watchdog of a host that was killed removes the directory ${JSON.stringify(name)}, and nothing else`, async (t) => {
      const { path } = await privateTmp(t);
      const directory = join(path, name);
      mkdirSync(join(directory, "below"), { recursive: true });
      // What a shell would make of the name.
      mkdirSync(join(path, "line"));
      mkdirSync(join(path, "feed"));

      await watchAndDie(t, directory);

      assert.deepEqual(readdirSync(path).toSorted(), ["feed", "line"]);
    });
  }

  test("the watchdog of a host that was killed takes no line of a name for a word to it", async (t) => {
    const { path } = await privateTmp(t);
    const victim = join(path, "victim");
    mkdirSync(victim);
    const directory = `${path}/mine\ndirectory ${victim}`;
    mkdirSync(directory, { recursive: true });

    await watchAndDie(t, directory);

    assert.ok(existsSync(victim));
    assert.ok(!existsSync(directory));
    rmSync(join(path, "mine\ndirectory "), { recursive: true });
  });

  test("the watchdog of a host that was killed removes no directory that is given from somewhere", async (t) => {
    const { path } = await privateTmp(t);
    mkdirSync(join(path, "relative"));

    await watchAndDie(t, "relative");
    await watchAndDie(t, "");

    assert.deepEqual(readdirSync(path), ["relative"]);
  });

  test("the watchdog of a host that was killed removes a socket with its own directory, and no file that is none", async (t) => {
    const { path } = await privateTmp(t);
    const own = join(path, "plugin-Ab3dEf");
    const other = join(path, "other");
    for (const directory of [own, other]) mkdirSync(directory);
    for (const directory of [own, other]) {
      const server = createServer().listen(join(directory, "s"));
      t.after(() => server.close());
    }

    await watchAndDie(t, "", join(own, "s"));
    await watchAndDie(t, "", join(other, "s"));
    await watchAndDie(t, "", other);

    assert.deepEqual(readdirSync(path), ["other"]);
    assert.deepEqual(readdirSync(other), []);
  });
});
