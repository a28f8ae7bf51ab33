import assert from "node:assert/strict";
import { test } from "node:test";
import { createLineSplitter } from "../../../src/gateway/client/line-splitter.ts";

const text = "one\ntwo\r\nthree\rfour\n\r\n\r\rlast";
const lines = ["one", "two", "three", "four", "", "", ""];

test("lines are the same wherever their text is cut", () => {
  for (let first = 0; first <= text.length; first++) {
    for (let second = first; second <= text.length; second++) {
      const splitter = createLineSplitter();
      const found = [text.slice(0, first), text.slice(first, second), text.slice(second)].flatMap((part) =>
        splitter.push(part),
      );

      assert.deepEqual(found, lines, `cut at ${first} and ${second}`);
      assert.equal(splitter.rest(), "last");
    }
  }
});

test("a line in many parts is one line", () => {
  const splitter = createLineSplitter();
  const parts = Array.from({ length: 50_000 }, () => "abcdefghij");

  assert.deepEqual(
    parts.flatMap((part) => splitter.push(part)),
    [],
  );
  assert.deepEqual(
    splitter.push("\n").map((line) => line.length),
    [500_000],
  );
});
