import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { atEnd } from "./at-end.ts";
import { privateTmp } from "./private-tmp.ts";

test("what is behind a link in the directory of a test does not count as left over", async (t) => {
  const elsewhere = await mkdtemp(join(tmpdir(), "gpp-elsewhere-"));
  atEnd(t, () => rm(elsewhere, { recursive: true }));
  await mkdir(join(elsewhere, "plugin-1"));
  const tmp = await privateTmp(t);
  await mkdir(join(tmp.path, "a"));
  await symlink(elsewhere, join(tmp.path, "a", "link"));
  await symlink(join(elsewhere, "plugin-1"), join(tmp.path, "plugin-2"));

  assert.deepEqual(tmp.leftovers(), []);

  const own = join(tmp.path, "a", "plugin-3");
  await mkdir(own);
  assert.deepEqual(tmp.leftovers(), [own]);
  await rm(own, { recursive: true });
});
