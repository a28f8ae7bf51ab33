import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as arrow from "apache-arrow";
import {
  createField,
  createFrame,
  decodeFrame,
  encodeFrame,
  type Frame,
} from "grafana-plugin-protocol/frames";
import { arrowFile, arrowType, type FileParts } from "./arrow-file.ts";
import { boolColumn, int32Column, int64Column, textColumn, viewColumn } from "./columns.ts";

/** Files that no Go plugin writes and that are right: each must be read. */

suite("files that apache-arrow writes", () => {
  const numbers = Array.from({ length: 100 }, (_, i) => (i % 7 === 3 ? null : i * 1.5));
  const texts = numbers.map((value) => (value === null ? null : `täxt ${value}`));
  const flags = numbers.map((value) => (value === null ? null : value % 2 === 0));
  const table = new arrow.Table({
    number: arrow.vectorFromArray(numbers, new arrow.Float64()),
    text: arrow.vectorFromArray(texts, new arrow.Utf8()),
    flag: arrow.vectorFromArray(flags, new arrow.Bool()),
  });
  const expected = { number: numbers, text: texts, flag: flags };

  test("of one batch", async () => {
    assert.deepEqual(columnsOf(await decodeFrame(arrow.tableToIPC(table, "file"))), expected);
  });

  test("of several batches, whose bits do not end on whole bytes", async () => {
    const pieces = [table.slice(0, 3), table.slice(3, 20), table.slice(20, 21), table.slice(21)];
    const writer = new arrow.RecordBatchFileWriter();
    for (const piece of pieces) for (const batch of piece.batches) writer.write(batch);
    writer.finish();

    const frame = await decodeFrame(writer.toUint8Array(true));

    assert.deepEqual(columnsOf(frame), expected);
  });

  test("of sliced vectors, at each offset of a byte", async () => {
    for (let start = 0; start < 9; start++) {
      const frame = await decodeFrame(arrow.tableToIPC(table.slice(start, start + 41), "file"));
      assert.deepEqual(columnsOf(frame), {
        number: numbers.slice(start, start + 41),
        text: texts.slice(start, start + 41),
        flag: flags.slice(start, start + 41),
      });
    }
  });

  test("without metadata", async () => {
    const frame = await decodeFrame(arrow.tableToIPC(table, "file"));

    assert.equal(frame.name, "");
    assert.equal(frame.refId, "");
    assert.equal(frame.meta, undefined);
    assert.deepEqual(
      frame.fields.map(({ labels, config }) => [labels, config]),
      [
        [undefined, undefined],
        [undefined, undefined],
        [undefined, undefined],
      ],
    );
  });

  test("of views", async () => {
    const long = ["short", null, "a text of more than twelve bytes", "", "zwölf Zeichen sind es und mehr"];
    const views = new arrow.Table({ view: arrow.vectorFromArray(long, new arrow.Utf8View()) });

    const frame = await decodeFrame(arrow.tableToIPC(views, "file"));

    assert.equal(frame.fields[0]?.kind, "string");
    assert.deepEqual(frame.fields[0]?.values, long);
  });

  test("of times in other units and with a time zone, read as the same instants", async () => {
    const second = 1_700_000_000n;
    for (const [unit, factor] of [
      [arrow.TimeUnit.SECOND, 1_000_000_000n],
      [arrow.TimeUnit.MILLISECOND, 1_000_000n],
      [arrow.TimeUnit.MICROSECOND, 1000n],
      [arrow.TimeUnit.NANOSECOND, 1n],
    ] as const) {
      const values = BigInt64Array.of((second * 1_000_000_000n) / factor, 0n, -1n);
      for (const zone of [null, "UTC", "Europe/Berlin", "+05:30", "Nowhere/At_All"]) {
        const data = arrow.makeData({ type: new arrow.Timestamp(unit, zone), length: 3, data: values });
        const times = new arrow.Table({ time: arrow.makeVector(data) });
        const frame = await decodeFrame(arrow.tableToIPC(times, "file"));
        assert.deepEqual(frame.fields[0]?.values, [second * 1_000_000_000n, 0n, -factor]);
      }
    }
  });

  test("without rows, with and without fields", async () => {
    const empty = await decodeFrame(arrow.tableToIPC(table.slice(0, 0), "file"));
    assert.deepEqual(columnsOf(empty), { number: [], text: [], flag: [] });
    const schema = new arrow.Schema([]);
    const bare = await decodeFrame(arrow.tableToIPC(new arrow.Table(schema), "file"));
    assert.equal(bare.length, 0);
    assert.equal(bare.fields.length, 0);
  });

  test("of nothing but nulls", async () => {
    const nothing = new arrow.Table({
      number: arrow.vectorFromArray([null, null], new arrow.Int32()),
      text: arrow.vectorFromArray([null, null], new arrow.Utf8()),
      flag: arrow.vectorFromArray([null, null], new arrow.Bool()),
    });

    const frame = await decodeFrame(arrow.tableToIPC(nothing, "file"));

    assert.deepEqual(columnsOf(frame), { number: [null, null], text: [null, null], flag: [null, null] });
  });
});

suite("files made by hand", () => {
  const fields: FileParts["fields"] = [
    { name: "int", type: arrowType.int(32), nullable: true },
    { name: "time", type: arrowType.timestamp(3) },
    { name: "text", type: arrowType.utf8(), nullable: true },
    { name: "view", type: arrowType.utf8View(), nullable: true },
    { name: "bit", type: arrowType.bool(), nullable: true },
    { name: "view", type: arrowType.utf8View() },
  ];
  const rowsOf = (seed: number, rows: number): (number | null)[] =>
    Array.from({ length: rows }, (_, i) => ((i + seed) % 3 === 0 ? null : i + seed));
  const textOf = (value: number | null): string | null => (value === null ? null : "ä".repeat(value));
  const batchOf = (values: readonly (number | null)[], isUnmarked = false) => ({
    rows: values.length,
    isUnmarked,
    columns: [
      int32Column(values),
      int64Column(values.map((value) => BigInt(value ?? 0))),
      textColumn(values.map(textOf)),
      viewColumn(values.map(textOf)),
      boolColumn(values.map((value) => (value === null ? null : value % 2 === 0))),
      viewColumn(values.map((value) => textOf(value) ?? "")),
    ],
    variadicCounts: [1, 1],
  });
  const expectedOf = (values: readonly (number | null)[]): unknown[] => [
    values,
    values.map((value) => BigInt(value ?? 0)),
    values.map(textOf),
    values.map(textOf),
    values.map((value) => (value === null ? null : value % 2 === 0)),
    values.map((value) => textOf(value) ?? ""),
  ];
  const valuesOf = (frame: Frame): unknown[] => frame.fields.map(({ values }) => values);

  test("batches of any size are joined in the order of the footer", async () => {
    const pieces = [rowsOf(1, 9), rowsOf(5, 0), rowsOf(2, 1), rowsOf(0, 63), rowsOf(4, 17)];

    const frame = await decodeFrame(arrowFile({ fields, batches: pieces.map((piece) => batchOf(piece)) }));
    const backwards = await decodeFrame(
      arrowFile({
        fields,
        batches: pieces.map((piece) => batchOf(piece)),
        blocks: (blocks) => blocks.toReversed(),
      }),
    );

    assert.deepEqual(valuesOf(frame), expectedOf(pieces.flat()));
    assert.deepEqual(valuesOf(backwards), expectedOf(pieces.toReversed().flat()));
  });

  test("messages may lack the mark of Arrow 0.15 and later", async () => {
    const rows = rowsOf(1, 20);

    const frame = await decodeFrame(arrowFile({ fields, batches: [batchOf(rows, true)] }));

    assert.deepEqual(valuesOf(frame), expectedOf(rows));
  });

  test("a batch in which no row is null joins one in which some are", async () => {
    const pieces = [[1, 2, 3], [null, 5], [7]];
    const only = [{ name: "int", type: arrowType.int(32), nullable: true }];
    const batches = pieces.map((piece) => ({ rows: piece.length, columns: [int32Column(piece)] }));

    const frame = await decodeFrame(arrowFile({ fields: only, batches }));

    assert.deepEqual(valuesOf(frame), [[1, 2, 3, null, 5, 7]]);
  });

  test("names may be missing, empty and repeated", async () => {
    const frame = await decodeFrame(arrowFile({ fields: [{}, { name: "" }, { name: "a" }, { name: "a" }] }));

    assert.deepEqual(
      frame.fields.map(({ name }) => name),
      ["", "", "a", "a"],
    );
  });
});

suite("bytes that lie anywhere in a larger buffer", async () => {
  const kinds = createFrame({
    name: "all",
    fields: [
      createField("int8", "int8", [1, null, -3]),
      createField("int16", "int16", [1, null, -3]),
      createField("int32", "int32", [1, 2, -3]),
      createField("int64", "int64", [1n, null, -(2n ** 63n)]),
      createField("float32", "float32", [0.5, null, Number.NaN]),
      createField("float64", "float64", [0.1, null, -0]),
      createField("string", "string", ["ä", null, ""]),
      createField("bool", "bool", [true, null, false]),
      createField("time", "time", [1n, null, -1n]),
      createField("json", "json", [{ a: 1 }, null, [2]]),
      createField("enum", "enum", [1, null, 65_535]),
    ],
  });
  const file = await encodeFrame(kinds);
  const expected = columnsOf(kinds);

  test("a Uint8Array at each offset", async () => {
    for (let offset = 0; offset < 8; offset++) {
      const larger = new Uint8Array(file.length + 16).fill(0xff);
      larger.set(file, offset);
      const frame = await decodeFrame(larger.subarray(offset, offset + file.length));
      assert.deepEqual(columnsOf(frame), expected);
      assert.deepEqual(frame.fields[6]?.get(0), "ä");
    }
  });

  // Its slice() makes no copy, unlike that of a Uint8Array.
  test("a Buffer at each offset", async () => {
    for (let offset = 0; offset < 8; offset++) {
      const larger = Buffer.alloc(file.length + 16, 0xff);
      larger.set(file, offset);
      const frame = await decodeFrame(larger.subarray(offset, offset + file.length));
      assert.deepEqual(columnsOf(frame), expected);
      assert.equal(Object.getPrototypeOf(frame.fields[6]?.column.data), Uint8Array.prototype);
    }
  });

  test("memory that is shared", async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);

    assert.deepEqual(columnsOf(await decodeFrame(shared)), expected);
  });
});

function columnsOf(frame: Frame): Record<string, readonly unknown[]> {
  return Object.fromEntries(frame.fields.map(({ name, values }) => [name, values]));
}
