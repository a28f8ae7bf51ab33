import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandomHex } from "../../../src/gateway/observe/random-hex.ts";

test("ids have the digits that were asked for, and none comes twice, also where new bytes are drawn", () => {
  const randomHex = createRandomHex();
  const ids = Array.from({ length: 1000 }, (_, i) => randomHex(i % 2 === 0 ? 24 : 8));
  assert.equal(new Set(ids).size, ids.length);
  for (const [i, id] of ids.entries()) assert.match(id, i % 2 === 0 ? /^[0-9a-f]{48}$/ : /^[0-9a-f]{16}$/);
});

test("two sources give different ids", () => {
  assert.notEqual(createRandomHex()(16), createRandomHex()(16));
});
