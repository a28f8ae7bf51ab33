import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createField,
  createFrame,
  decodeFrame,
  encodeFrame,
  type Frame,
} from "grafana-plugin-protocol/frames";

const valuesOf = ({ fields }: Frame): unknown[] => fields.map(({ values }) => values);

for (const length of [1, 2, 3, 8, 9, 64]) {
  const shared = Float64Array.from({ length: length + 2 }, (_, i) => i);
  for (const [first, second] of [
    [0, 0],
    [0, 1],
    [1, 0],
    [0, 2],
  ] as const) {
    test(`fields that share memory keep their values: ${length} rows at ${first} and ${second}`, async () => {
      const frame = createFrame({
        fields: [first, second, first].map((start) =>
          createField("v", "float64", shared.subarray(start, start + length)),
        ),
      });

      const again = await decodeFrame(await encodeFrame(frame));

      assert.deepEqual(valuesOf(again), valuesOf(frame));
    });
  }
}

test("a frame that has a field twice keeps both, whatever its kind", async () => {
  const fields = [
    createField("t", "string", ["a", null, "bc"]),
    createField("b", "bool", [true, null, false]),
    createField("i", "int64", [1n, null, 3n]),
    createField("j", "json", [{ a: 1 }, null, []]),
  ];
  const frame = createFrame({ fields: fields.flatMap((field) => [field, field]) });

  const again = await decodeFrame(await encodeFrame(frame));

  assert.deepEqual(valuesOf(again), valuesOf(frame));
});

test("texts in the memory of a Buffer that is given twice keep their bytes", async () => {
  const column = { length: 2, data: Buffer.from("xabcd").subarray(1), offsets: Int32Array.of(0, 2, 4) };
  const frame = createFrame({
    fields: [createField("a", "string", column), createField("b", "string", column)],
  });

  const again = await decodeFrame(await encodeFrame(frame));

  assert.deepEqual(valuesOf(again), [
    ["ab", "cd"],
    ["ab", "cd"],
  ]);
});
