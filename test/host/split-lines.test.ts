import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createLineSplitter } from "../../src/host/split-lines.ts";

function split(maxBytes: number, ...pieces: (string | Uint8Array)[]): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter(maxBytes, (line) => lines.push(line));
  for (const piece of pieces)
    splitter.push(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
  splitter.end();
  return lines;
}

test("lines end at a line feed, with or without a carriage return", () => {
  assert.deepEqual(split(100, "a\nb\r\n\nc\r\rd\n"), ["a", "b", "", "c\r\rd"]);
});

test("what follows the last line feed is a line of its own", () => {
  assert.deepEqual(split(100, "a\nb"), ["a", "b"]);
  assert.deepEqual(split(100, "a\n"), ["a"]);
  assert.deepEqual(split(100), []);
});

test("a character that is cut by the pieces stays whole", () => {
  const bytes = new TextEncoder().encode("grün\n");

  assert.deepEqual(split(100, bytes.subarray(0, 3), bytes.subarray(3)), ["grün"]);
});

test("a line of exactly the limit is one line, a longer one comes in pieces", () => {
  assert.deepEqual(split(3, "abc\nabcd\nabcdefg\n"), ["abc", "abc", "d", "abc", "def", "g"]);
});

test("a line of exactly the limit has no empty piece after it, whatever its end and however it is cut", () => {
  assert.deepEqual(split(3, "abc\r\nabcdef\r\n\r\n\n"), ["abc", "abc", "def", "", ""]);
  assert.deepEqual(split(3, "abc", "\r", "\n", "abc", "\n", "\n"), ["abc", "abc", ""]);
  assert.deepEqual(split(3, "abc\r"), ["abc"]);
});

test("a character on the seam of two pieces stays whole", () => {
  for (const character of ["ü", "€", "\u{1f600}"]) {
    for (let before = 0; before < 8; before++) {
      const text = `${"x".repeat(before)}${character}${"y".repeat(8)}`;

      const pieces = split(8, `${text}\n`);

      assert.equal(pieces.join(""), text);
      assert.ok(pieces.every((piece) => Buffer.byteLength(piece) <= 8));
    }
  }
});

test("bytes that are no UTF-8 are cut at the limit", () => {
  const bytes = new Uint8Array(20).fill(0x80);

  assert.deepEqual(
    split(8, bytes).map((piece) => piece.length),
    [8, 8, 4],
  );
  assert.deepEqual(split(1, "üü\n").length, 4, "a limit below one character is kept all the same");
});

test("what is a piece of a line says so", () => {
  const lines: [string, boolean][] = [];
  const splitter = createLineSplitter(3, (line, isPiece) => lines.push([line, isPiece]));

  splitter.push(new TextEncoder().encode("abc\nabcd\nx\n"));

  assert.deepEqual(lines, [
    ["abc", false],
    ["abc", true],
    ["d", true],
    ["x", false],
  ]);
});

test("any text gives the same lines, however it is cut", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.array(fc.nat(50)), (text, cuts) => {
      const bytes = new TextEncoder().encode(text);
      const bounds = [
        0,
        ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
        bytes.length,
      ];
      const pieces = bounds.slice(1).map((bound, index) => bytes.subarray(bounds[index], bound));
      const expected = text.split("\n").map((line) => line.replace(/\r$/, ""));
      if (expected.at(-1) === "" && !text.endsWith("\r")) expected.pop();

      assert.deepEqual(split(10_000, ...pieces), expected);
    }),
  );
});
