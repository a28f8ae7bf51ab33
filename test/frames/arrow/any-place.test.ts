import assert from "node:assert/strict";
import { test } from "node:test";
import { createField, createFrame, decodeFrame, encodeFrame } from "grafana-plugin-protocol/frames";

// The larger one has more than the 32 KiB up to which a file is copied as a whole.
for (const rows of [3, 2000]) {
  test(`a file of ${rows} rows reads the same wherever it begins in its message`, async () => {
    const numbers = Array.from({ length: rows }, (_, row) => (row % 3 === 1 ? null : row / 8));
    const frame = createFrame({
      fields: [
        createField(
          "time",
          "time",
          numbers.map((_, row) => row * 1000),
        ),
        createField("number", "float64", numbers),
        createField(
          "text",
          "string",
          numbers.map((value) => `${value} °C`),
        ),
      ],
    });
    const file = await encodeFrame(frame);
    for (let start = 0; start < 8; start++) {
      const message = Buffer.alloc(file.length + start + 1, 0xff);
      message.set(file, start);

      const { fields } = await decodeFrame(message.subarray(start, start + file.length));

      assert.deepEqual(
        fields.map(({ values }) => values),
        frame.fields.map(({ values }) => values),
      );
      const [time] = fields;
      assert.ok(time?.kind === "time");
      assert.deepEqual(
        [...time.epochMs()],
        numbers.map((_, row) => row * 1000),
      );
    }
  });
}
