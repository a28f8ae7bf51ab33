import assert from "node:assert/strict";
import { mkdir, rename, rm, symlink, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { markPaths } from "../../../src/gateway/provisioning/mark-paths.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";

/** Late enough for everything that a test has written before. */
const later = (): number => Date.now() + 60_000;

test("paths that have just changed are not marked", async (t) => {
  const { path: folder } = await privateTmp(t);
  await writeFile(join(folder, "a.yaml"), "a");

  assert.equal(markPaths([join(folder, "a.yaml")]), undefined);
  // An older time of the contents does not make the change older.
  await utimes(join(folder, "a.yaml"), 1, 1);
  assert.equal(markPaths([join(folder, "a.yaml")]), undefined);
  assert.equal(markPaths([folder]), undefined);
});

suite("marked paths are others", () => {
  const changes: readonly (readonly [name: string, change: (folder: string) => Promise<void>])[] = [
    ["when a file is written with as many bytes", (folder) => writeFile(join(folder, "a.yaml"), "b")],
    [
      "when a file is replaced by another with the same size and time",
      async (folder) => {
        await writeFile(join(folder, "b"), "b");
        await utimes(join(folder, "b"), 1, 1);
        await rename(join(folder, "b"), join(folder, "a.yaml"));
      },
    ],
    ["when a file comes into a folder", (folder) => writeFile(join(folder, "b.yaml"), "b")],
    ["when a file goes", (folder) => unlink(join(folder, "a.yaml"))],
    [
      "when a folder comes into being that was not there",
      async (folder) => void (await mkdir(join(folder, "datasources"))),
    ],
    [
      "when the link of a ConfigMap is swapped",
      async (folder) => {
        await symlink("..2", join(folder, "..data_tmp"));
        await rename(join(folder, "..data_tmp"), join(folder, "..data"));
      },
    ],
    [
      "when a link leads to itself",
      async (folder) => {
        await rm(join(folder, "linked.yaml"));
        await symlink("linked.yaml", join(folder, "linked.yaml"));
      },
    ],
  ];
  for (const [name, change] of changes) {
    test(name, async (t) => {
      const { path: folder } = await privateTmp(t);
      await writeFile(join(folder, "a.yaml"), "a");
      await utimes(join(folder, "a.yaml"), 1, 1);
      for (const version of ["..1", "..2"]) {
        await mkdir(join(folder, version));
        await writeFile(join(folder, version, "linked.yaml"), "a");
      }
      await symlink("..1", join(folder, "..data"));
      await symlink("..data/linked.yaml", join(folder, "linked.yaml"));
      const names = ["", "datasources", "a.yaml", "linked.yaml", "none.yaml", "a.yaml/none"];
      const marks = markPaths(
        names.map((each) => join(folder, each)),
        later(),
      );

      const before = marks?.areSame();
      await change(folder);

      assert.deepEqual([before, marks?.areSame()], [true, false]);
    });
  }
});
