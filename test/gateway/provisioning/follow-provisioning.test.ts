/** What the follower notices when nothing has changed for a while, with a clock of the test's own. */
import assert from "node:assert/strict";
import { rename, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import * as yaml from "yaml";
import { followProvisioning } from "../../../src/gateway/provisioning/follow-provisioning.ts";
import { atEnd } from "../../helpers/at-end.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";

const file = (name: string): string =>
  `apiVersion: 1\ndatasources: [{ name: ${name}, uid: ${name}, type: t }]\n`;

/** Follows a folder in which `a.yaml` is old. The clock of the follower moves only by `pass`. */
async function followOld(t: TestContext) {
  const { path: folder } = await privateTmp(t);
  await writeFile(join(folder, "a.yaml"), file("A"));
  const seen: string[] = [];
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() + 3_600_000 });
  const follower = followProvisioning({
    yaml,
    path: folder,
    apply: ({ dataSources }) => seen.push(dataSources.map(({ name }) => name).join()),
    onError: ({ message }) => seen.push(message),
  });
  atEnd(t, () => follower.stop());
  follower.load();
  follower.start();
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 100) t.mock.timers.tick(100);
  };
  pass(2500);
  assert.deepEqual(seen, ["A"]);
  return { folder, seen, pass, stop: follower.stop };
}

test("changes of a folder that was at rest are read within two seconds, each once", async (t) => {
  const { folder, seen, pass } = await followOld(t);
  const path = join(folder, "a.yaml");

  await writeFile(path, file("B"));
  pass(2000);
  await writeFile(join(folder, "c"), file("C"));
  await rename(join(folder, "c"), path);
  pass(2000);
  await writeFile(join(folder, "b.yaml"), file("D"));
  pass(2000);
  await unlink(join(folder, "b.yaml"));
  pass(2000);
  await writeFile(join(folder, "e"), file("E"));
  await unlink(path);
  await symlink("e", path);
  pass(2000);
  await writeFile(join(folder, "e"), file("F"));
  pass(60_000);

  assert.deepEqual(seen, ["A", "B", "C", "C,D", "C", "E", "F"]);
});

test("a file that an editor writes twice is read when it is complete", async (t) => {
  const { folder, seen, pass } = await followOld(t);

  await writeFile(join(folder, "a.yaml"), "");
  // One look, which sees the file empty.
  pass(700);
  await writeFile(join(folder, "a.yaml"), file("B"));
  pass(2000);

  assert.deepEqual(seen, ["A", "B"]);
});

test("a follower that was stopped looks no more", async (t) => {
  const { folder, seen, pass, stop } = await followOld(t);

  stop();
  await writeFile(join(folder, "a.yaml"), file("B"));
  pass(10_000);

  assert.deepEqual(seen, ["A"]);
});
