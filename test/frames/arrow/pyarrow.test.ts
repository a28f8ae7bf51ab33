import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { decodeFrame, encodeFrame } from "grafana-plugin-protocol/frames";
import { refusalOf } from "../bad-bytes/refusal.ts";

const folder = join(import.meta.dirname, "..", "..", "golden", "frames", "pyarrow");
const read = (name: string): Uint8Array => readFileSync(join(folder, `${name}.arrow`));

suite("types of Arrow that frames do not have are refused by name, with what to do", () => {
  const names = readdirSync(folder)
    .filter((file) => file.startsWith("unsupported-"))
    .map((file) => file.replace(".arrow", ""));
  for (const name of names) {
    test(name, async () => {
      const message = await refusalOf(
        read(name),
        "arrow_unsupported",
        /^field "odd": expected .*, got .*: \w+/,
      );

      assert.match(message, /cast to|write each value as JSON|dictionary_decode\(\)|run_end_decode\(\)/);
    });
  }

  test("there are all of them", () => {
    assert.equal(names.length, 21);
  });
});

suite("texts with offsets of 64 bits", () => {
  test("are read as texts, and sent as others are", async () => {
    const frame = await decodeFrame(read("large-text"));

    assert.equal(frame.fields[0]?.kind, "string");
    assert.deepEqual(frame.fields[0]?.values, ["a", null, "zwölf", ""]);
    const again = await decodeFrame(await encodeFrame(frame));
    assert.deepEqual(again.fields[0]?.values, frame.fields[0]?.values);
  });

  test("may have no rows", async () => {
    assert.deepEqual((await decodeFrame(read("large-text-no-rows"))).fields[0]?.values, []);
  });

  for (const [what, offset, code] of [
    ["descend", 0n, "arrow_corrupt"],
    ["are negative", -1n, "arrow_corrupt"],
    ["lead out of the texts", 9n, "arrow_corrupt"],
    ["are larger than 32 bits hold", 2n ** 32n + 1n, "limit_exceeded"],
    ["are larger than a number holds", 2n ** 62n, "limit_exceeded"],
  ] as const) {
    test(`offsets that ${what} are refused`, async () => {
      const bytes = Uint8Array.from(read("large-text"));
      const view = new DataView(bytes.buffer);
      // The offsets 0, 1, 1, 7, 7.
      const start = [...bytes.keys()].find(
        (place) =>
          place % 8 === 0 &&
          place + 40 <= bytes.length &&
          [0n, 1n, 1n, 7n, 7n].every((value, i) => view.getBigInt64(place + 8 * i, true) === value),
      );
      assert.ok(start !== undefined);
      const index = offset === 9n || offset > 2n ** 31n ? 4 : 2;
      view.setBigInt64(start + 8 * index, offset, true);

      await refusalOf(bytes, code, /^field "text".*: expected/);
    });
  }
});
