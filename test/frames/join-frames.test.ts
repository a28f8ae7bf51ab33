import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createField,
  createFrame,
  decodeFrame,
  encodeFrame,
  type Frame,
} from "grafana-plugin-protocol/frames";
import { joinFrames } from "../../src/frames/join-frames.ts";

const part = (from: number, to: number): Frame => {
  const rows = Array.from({ length: to - from }, (_, index) => from + index);
  const options = { nullable: true, labels: { host: "a" } };
  return createFrame({
    name: "rows",
    meta: { custom: { from } },
    fields: [
      createField(
        "time",
        "time",
        rows.map((row) => BigInt(row) * 1_000_000_001n),
      ),
      createField(
        "text",
        "string",
        rows.map((row) => (row % 3 === 0 ? null : `é${row}`)),
        options,
      ),
      createField(
        "flag",
        "bool",
        rows.map((row) => (row % 5 === 0 ? null : row % 2 === 0)),
        options,
      ),
      createField(
        "json",
        "json",
        rows.map((row) => ({ row })),
      ),
      createField(
        "big",
        "uint64",
        rows.map((row) => 2n ** 63n + BigInt(row)),
      ),
    ],
  });
};
const valuesOf = (frame: Frame): unknown[] => frame.fields.map(({ values }) => [...values]);

for (const cuts of [
  [0, 20],
  [0, 7, 20],
  [0, 0, 1, 9, 9, 17, 20],
  [0, 8, 16, 20],
]) {
  test(`rows cut at ${cuts.join(", ")} join to the same frame, and its bytes hold them`, async () => {
    const [first, ...rest] = cuts.slice(1).map((to, index) => part(cuts[index] ?? 0, to));
    assert.ok(first);

    const joined = joinFrames(first, rest);

    assert.equal(joined.length, 20);
    assert.equal(joined.name, "rows");
    assert.deepEqual(joined.meta, { custom: { from: 0 } });
    assert.deepEqual(joined.fields[1]?.labels, { host: "a" });
    assert.deepEqual(valuesOf(joined), valuesOf(part(0, 20)));
    assert.deepEqual(valuesOf(await decodeFrame(await encodeFrame(joined))), valuesOf(part(0, 20)));
  });
}
