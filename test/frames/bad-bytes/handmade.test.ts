import assert from "node:assert/strict";
import { test } from "node:test";
import { tableFromIPC } from "apache-arrow";
import { decodeFrame } from "grafana-plugin-protocol/frames";
import { arrowFile, arrowType } from "./arrow-file.ts";
import { boolColumn, int32Column, int64Column, textColumn } from "./columns.ts";

// The other tests of this folder bend files that are made by hand: this one shows that unbent they are right.
test("a file made by hand is read as apache-arrow reads it", async () => {
  const bytes = arrowFile({
    metadata: [["name", "by hand"]],
    fields: [
      { name: "int", type: arrowType.int(32), nullable: true },
      { name: "long", type: arrowType.int(64) },
      { name: "text", type: arrowType.utf8(), nullable: true },
      { name: "bit", type: arrowType.bool() },
    ],
    batches: [
      {
        rows: 3,
        columns: [
          int32Column([1, null, -3]),
          int64Column([1n, 2n ** 62n, -1n]),
          textColumn(["a", "", null]),
          boolColumn([true, false, true]),
        ],
      },
      {
        rows: 1,
        columns: [int32Column([4]), int64Column([4n]), textColumn(["dé"]), boolColumn([true])],
      },
    ],
  });

  const frame = await decodeFrame(bytes);
  const table = tableFromIPC(bytes);

  assert.equal(frame.name, "by hand");
  assert.equal(table.numRows, 4);
  for (const field of frame.fields) assert.deepEqual(field.values, [...(table.getChild(field.name) ?? [])]);
});
