import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { groupId } from "../../src/go-plugin/group-id.ts";
import { maxUnixPathBytes } from "../../src/go-plugin/max-unix-path.ts";
import { privateTmp } from "../helpers/private-tmp.ts";

suite("the id of a group", () => {
  test("the id of a group is that of /etc/group", async () => {
    assert.equal(groupId("root"), 0);
  });

  test("the id of a group is found by its whole name, in a file that has anything else in it too", async (t) => {
    const { path } = await privateTmp(t);
    const file = join(path, "group");
    await writeFile(file, "# comment\nplugins-old:x:5:\n\nplugins:x:1234:alice,bob\nbroken:x:none:\n+\n");

    assert.equal(groupId("plugins", file), 1234);
    assert.equal(groupId("plugin", file), undefined);
    assert.equal(groupId("broken", file), undefined);
    assert.equal(groupId("", file), undefined);
  });

  test("the id of a group is a number that is given as such, whether it has a name or not", async () => {
    assert.equal(groupId("4242"), 4242);
    assert.equal(groupId("4294967295"), undefined);
    assert.equal(groupId("-1"), undefined);
  });

  test("the id of a group is unknown without the file", async () => {
    assert.equal(groupId("root", "/nonexistent"), undefined);
  });
});

test("a unix path has 107 bytes on Linux and 103 on macOS", () => {
  assert.equal(maxUnixPathBytes("linux"), 107);
  assert.equal(maxUnixPathBytes("darwin"), 103);
});
