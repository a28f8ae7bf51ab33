import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  createField,
  createFrame,
  decodeFrame,
  encodeFrame,
  type Frame,
  FrameError,
} from "grafana-plugin-protocol/frames";
import { outcomeOf } from "./refusal.ts";

const frame = createFrame({
  name: "small",
  refId: "A",
  meta: { custom: { a: 1 } },
  fields: [
    createField("text", "string", ["a", null, "c"], { labels: { host: "x" }, config: { unit: "s" } }),
    createField("flag", "bool", [true, false, true]),
    createField("time", "time", [1n, 2n, 3n]),
  ],
});
const file = await encodeFrame(frame);

// Everything in this file that is not a value: the message of the batch and the footer.
const places = Array.from({ length: file.length - 8 }, (_, i) => i + 8);

suite("every place of a file with a value that misleads ends in a frame or a FrameError", () => {
  test("bytes", async () => {
    for (const place of places) {
      for (const value of [0, 1, 2, 3, 4, 8, 0x40, 0x7f, 0x80, 0xfe, 0xff])
        await bend(place, (view) => view.setUint8(place, value));
    }
  });

  test("16-bit integers: vtables, their sizes and entries", async () => {
    for (const place of places.filter((at) => at % 2 === 0 && at + 2 <= file.length)) {
      for (const value of [0, 1, 2, 4, 5, 6, 0x7fff, 0x8000, 0xffff])
        await bend(place, (view) => view.setUint16(place, value, true));
    }
  });

  test("32-bit integers: positions and counts, also those that point at themselves or back", async () => {
    for (const place of places.filter((at) => at % 4 === 0 && at + 4 <= file.length)) {
      const values = [
        0,
        1,
        4,
        8,
        place,
        file.length - place,
        file.length,
        2 ** 28,
        2 ** 29,
        2 ** 30,
        2 ** 31 - 1,
      ];
      for (const value of [...values, ...values.map((positive) => -positive), -(2 ** 31)])
        await bend(place, (view) => view.setInt32(place, value, true));
    }
  });

  test("64-bit integers: lengths and offsets", async () => {
    for (const place of places.filter((at) => at % 8 === 0 && at + 8 <= file.length)) {
      for (const power of [0n, 3n, 10n, 28n, 31n, 32n, 33n, 52n, 53n, 61n, 62n, 63n]) {
        for (const value of [2n ** power, 2n ** power - 1n, -(2n ** power)])
          await bend(place, (view) => view.setBigInt64(place, BigInt.asIntN(64, value), true));
      }
    }
  });
});

test("a file that is whole is a frame: the places above are bent one at a time", async () => {
  const whole = await decodeFrame(file);

  assert.deepEqual(valuesOf(whole), valuesOf(frame));
});

async function bend(place: number, set: (view: DataView) => void): Promise<void> {
  const bytes = file.slice();
  set(new DataView(bytes.buffer));
  const outcome = await outcomeOf(bytes);
  if (outcome instanceof FrameError) return;
  assert.ok(outcome.length <= file.length * 8, `expected few rows at byte ${place}, got ${outcome.length}`);
  for (const field of outcome.fields) assert.equal(field.values.length, outcome.length);
}

function valuesOf({ fields }: Frame): unknown[] {
  return fields.map(({ values }) => values);
}
