import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { startWatchdog } from "../../../../src/host/process/watchdog/watchdog.ts";
import { nothingSince, ownResources } from "../../../helpers/own-resources.ts";
import { privateTmp } from "../../../helpers/private-tmp.ts";
import { isGone, untilGone } from "../../../helpers/processes.ts";
import { runProgram, sourceProgram } from "../../../helpers/run-program.ts";

/** Runs a host that tells its watchdog of these and is killed; resolves when the watchdog has ended. */
async function watchAndDie(t: TestContext, ...paths: string[]): Promise<void> {
  const program = sourceProgram(new URL("../../fixtures/watched.ts", import.meta.url), ...paths);
  const host = runProgram(t, process.execPath, program, { WATCHED: paths[0] });
  assert.equal((await host.ended).signal, "SIGKILL", host.stderr());
  const watchdog = Number(host.stdout());
  assert.ok(watchdog > 0, host.stdout());
  await untilGone(watchdog);
}

type Step = readonly [name: string, action: string, value?: string];

/** The same for several plugins; gives the pids of the host's children, which are its watchdogs. */
async function watchTogether(t: TestContext, ...steps: readonly Step[]): Promise<readonly number[]> {
  const url = new URL("../../fixtures/watched-together.ts", import.meta.url);
  const host = runProgram(t, process.execPath, sourceProgram(url, JSON.stringify(steps)));
  assert.equal((await host.ended).signal, "SIGKILL", host.stderr());
  const pids = host.stdout().trim().split(" ").map(Number);
  assert.ok(
    pids.every((pid) => pid > 0),
    host.stdout(),
  );
  for (const pid of pids) await untilGone(pid);
  return pids;
}

/** The pid of a process group whose only member sleeps. */
function sleepingGroup(t: TestContext): number {
  return runProgram(t, "sleep", ["1000"]).pid;
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

suite("the watchdog of several plugins", () => {
  test("the watchdog of several plugins is one process, which ends all that were not released", async (t) => {
    const { path } = await privateTmp(t);
    const [released = "", first = "", second = ""] = ["released", "first", "$(second)\n"].map((name) => {
      mkdirSync(join(path, name));
      return join(path, name);
    });
    const [releasedGroup, firstGroup, secondGroup] = [sleepingGroup(t), sleepingGroup(t), sleepingGroup(t)];

    const pids = await watchTogether(
      t,
      ["released", "start"],
      ["first", "start"],
      ["released", "clean", released],
      ["released", "watchGroup", `${releasedGroup}`],
      ["first", "clean", first],
      ["released", "release"],
      ["first", "watchGroup", `${firstGroup}`],
      ["second", "start"],
      ["second", "watchGroup", `${secondGroup}`],
      ["second", "clean", second],
    );

    assert.equal(pids.length, 1);
    assert.deepEqual(readdirSync(path), ["released"]);
    await untilGone(firstGroup);
    await untilGone(secondGroup);
    assert.equal(isGone(releasedGroup), false);
  });

  test("the watchdog of several plugins does not kill a group that has ended, whose id another one may have by now", async (t) => {
    const { path } = await privateTmp(t);
    mkdirSync(join(path, "mine"));
    const [ended, running] = [sleepingGroup(t), sleepingGroup(t)];

    await watchTogether(
      t,
      ["ended", "start"],
      ["running", "start"],
      ["ended", "clean", join(path, "mine")],
      ["ended", "watchGroup", `${ended}`],
      ["running", "watchGroup", `${running}`],
      ["ended", "unwatchGroup"],
    );

    await untilGone(running);
    assert.equal(isGone(ended), false);
    assert.deepEqual(readdirSync(path), []);
  });

  test("the watchdog of several plugins gives a plugin nothing of the released one whose place it has", async (t) => {
    const { path } = await privateTmp(t);
    mkdirSync(join(path, "released"));
    const [released, running] = [sleepingGroup(t), sleepingGroup(t)];

    await watchTogether(
      t,
      ["released", "start"],
      ["running", "start"],
      ["running", "watchGroup", `${running}`],
      ["released", "clean", join(path, "released")],
      ["released", "watchGroup", `${released}`],
      ["released", "release"],
      ["next", "start"],
    );

    await untilGone(running);
    assert.equal(isGone(released), false);
    assert.deepEqual(readdirSync(path), ["released"]);
  });

  test("the watchdog of several plugins is replaced when it was killed, and the next one ends the same", async (t) => {
    const { path } = await privateTmp(t);
    mkdirSync(join(path, "mine"));
    const [before, after] = [sleepingGroup(t), sleepingGroup(t)];

    const pids = await watchTogether(
      t,
      ["one", "start"],
      ["two", "start"],
      ["one", "clean", join(path, "mine")],
      ["one", "watchGroup", `${before}`],
      ["two", "kill"],
      ["two", "watchGroup", `${after}`],
    );

    assert.equal(pids.length, 1);
    await untilGone(before);
    await untilGone(after);
    assert.deepEqual(readdirSync(path), []);
  });

  test("the watchdog of several plugins starts with the first plugin, ends with the last, and starts again", async (t) => {
    await privateTmp(t);
    const before = ownResources();
    const started = (): number => ownResources().children.length - before.children.length;

    const first = startWatchdog();
    const second = startWatchdog();
    assert.equal(started(), 1);
    await first.release();
    await first.release();
    assert.equal(started(), 1);
    const releasing = second.release();
    const third = startWatchdog();
    await releasing;
    assert.equal(started(), 1);
    await third.release();

    await nothingSince(before);
  });
});
