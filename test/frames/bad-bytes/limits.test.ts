import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { decodeFrame } from "grafana-plugin-protocol/frames";
import { arrowFile, arrowType, type BatchParts, fieldTable, keyValues } from "./arrow-file.ts";
import { boolColumn, int32Column, textColumn, viewColumn } from "./columns.ts";
import type { FlatNode } from "./flat-tree.ts";
import { refusalOf } from "./refusal.ts";

/** Few bytes that stand for many: each of these would take minutes or gigabytes if it were believed. */

suite("metadata that shares its parts", () => {
  const field = fieldTable({ name: "a", type: arrowType.bool(), metadata: [["k", "v".repeat(10_000)]] });

  test("many fields that are one table are refused", async () => {
    await refusalOf(arrowFile({ fields: repeat(field, 100_000) }), "limit_exceeded", /the footer, byte \d+/);
  });

  test("many fields with one list of many entries with one long key are refused", async () => {
    const entry: FlatNode = { table: [{ text: "k".repeat(100_000) }, { text: "v" }] };
    const entries = repeat(entry, 20_000);
    const table: FlatNode = { table: [...(tableOf(field) ?? []).slice(0, 6), entries] };

    await refusalOf(arrowFile({ fields: repeat(table, 20_000) }), "limit_exceeded", /the footer/);
  });

  test("a list of metadata of the frame with one long value is refused", async () => {
    const entry: FlatNode = { table: [{ text: "meta" }, { text: "v".repeat(100_000) }] };

    await refusalOf(arrowFile({ metadata: repeat(entry, 100_000) }), "limit_exceeded", /the footer/);
  });

  test("many texts that are one are refused", async () => {
    const text: FlatNode = { text: "n".repeat(10_000) };
    const tables = Array.from(
      { length: 10_000 },
      (): FlatNode => ({ table: [text, ...(tableOf(field) ?? []).slice(1, 4)] }),
    );

    await refusalOf(arrowFile({ fields: { tables } }), "limit_exceeded", /the footer/);
  });

  test("more fields than any frame has are refused, also when each is its own", async () => {
    const tables = Array.from({ length: 2 ** 18 + 1 }, (): FlatNode => ({ table: [] }));

    await refusalOf(arrowFile({ fields: { tables } }), "limit_exceeded", /at most 262144 fields/);
  });

  test("as many fields and entries as a wide frame has are read", async () => {
    const fields = Array.from({ length: 5000 }, (_, i) => ({
      name: "value",
      type: arrowType.float(2),
      metadata: [["labels", `{"series":"${i}"}`] as const, ["tstype", "number"] as const],
    }));

    const frame = await decodeFrame(arrowFile({ fields, metadata: keyValues([["name", "wide"]]) }));

    assert.equal(frame.fields.length, 5000);
    assert.deepEqual(frame.fields[4999]?.labels, { series: "4999" });
  });
});

suite("batches that stand for more rows than they have", () => {
  const fields = [{ name: "a", type: arrowType.int(32) }];
  const batch: BatchParts = { rows: 1000, columns: [int32Column(new Array(1000).fill(7))] };

  test("a batch that the footer lists many times is refused", async () => {
    const blocks: NonNullable<Parameters<typeof arrowFile>[0]["blocks"]> = (honest) =>
      new Array(100_000).fill(honest[0]);

    await refusalOf(arrowFile({ fields, batches: [batch], blocks }), "limit_exceeded", /record batch \d+/);
  });

  test("blocks within blocks are refused", async () => {
    const blocks: NonNullable<Parameters<typeof arrowFile>[0]["blocks"]> = ([whole]) =>
      Array.from({ length: 50 }, (_, i) => ({
        ...(whole ?? { offset: 0, metadataBytes: 0 }),
        bodyBytes: 4000 - 8 * i,
      }));

    await refusalOf(arrowFile({ fields, batches: [batch], blocks }), "limit_exceeded", /record batch \d+/);
  });

  test("fields that share one buffer are refused", async () => {
    const width = 2000;
    const wide = Array.from({ length: width }, () => fields).flat();
    const columns = Array.from({ length: width }, () => ({ buffers: [] }));
    const column = { buffers: [new Uint8Array(0), new Uint8Array(4000)] };
    const shared: BatchParts = {
      rows: 1000,
      columns: [column, ...columns.slice(1)],
      spans: () =>
        Array.from(
          { length: width },
          () =>
            [
              [0, 0],
              [0, 4000],
            ] as const,
        ).flat(),
    };

    await refusalOf(
      arrowFile({ fields: wide, batches: [shared] }),
      "limit_exceeded",
      /record batch 0.*overlap/,
    );
  });

  test("more rows than 32 bits can count are refused, also of bits that take no bytes then", async () => {
    for (const rows of [2 ** 31 - 7, 2 ** 31, 2 ** 32, 2 ** 35, 2 ** 53 - 1]) {
      const bits: BatchParts = { rows, columns: [boolColumn([true])] };
      await refusalOf(
        arrowFile({ fields: [{ type: arrowType.bool() }], batches: [bits] }),
        "limit_exceeded",
        /at most 2147483640 rows/,
      );
    }
  });

  test("the rows of several batches count together", async () => {
    const half: BatchParts = { rows: 2 ** 30, columns: [] };

    await refusalOf(arrowFile({ batches: [half, half] }), "limit_exceeded", /at most 2147483640 rows/);
  });

  test("batches of rows without fields are a frame without rows", async () => {
    const frame = await decodeFrame(arrowFile({ batches: [{ rows: 1_000_000_000, columns: [] }] }));

    assert.equal(frame.length, 0);
    assert.deepEqual(frame.fields, []);
  });
});

suite("views that share their text", () => {
  const fields = [{ name: "view", type: arrowType.utf8View() }];
  const long = "text".repeat(10_000);

  test("views that together take many times the bytes of the file are refused", async () => {
    const rows = 20_000;
    const column = viewColumn([long, ...new Array<string>(rows - 1).fill("")]);
    const views = column.buffers[1] as Uint8Array;
    for (let row = 1; row < rows; row++) views.copyWithin(row * 16, 0, 16);

    await refusalOf(
      arrowFile({ fields, batches: [{ rows, columns: [column], variadicCounts: [1] }] }),
      "limit_exceeded",
      /field "view", row \d+.*share/,
    );
  });

  test("they count together over fields", async () => {
    const rows = 300;
    const column = viewColumn([long, ...new Array<string>(rows - 1).fill("")]);
    const views = column.buffers[1] as Uint8Array;
    for (let row = 1; row < rows; row++) views.copyWithin(row * 16, 0, 16);
    const two = [...fields, { name: "second", type: arrowType.utf8View() }];
    const batch = { rows, columns: [column, column], variadicCounts: [1, 1] };

    await refusalOf(
      arrowFile({ fields: two, batches: [batch] }),
      "limit_exceeded",
      /field "second", row \d+/,
    );
  });

  test("views that share a text are written out", async () => {
    const column = viewColumn([long, "", ""]);
    const views = column.buffers[1] as Uint8Array;
    for (let row = 1; row < 3; row++) views.copyWithin(row * 16, 0, 16);

    const frame = await decodeFrame(
      arrowFile({ fields, batches: [{ rows: 3, columns: [column], variadicCounts: [1] }] }),
    );

    assert.deepEqual(frame.fields[0]?.values, [long, long, long]);
  });
});

test("text columns of many batches are joined, not multiplied", async () => {
  const fields = [{ name: "t", type: arrowType.utf8() }];
  const batches = Array.from({ length: 1000 }, (_, i) => ({ rows: 2, columns: [textColumn([`${i}`, "é"])] }));

  const frame = await decodeFrame(arrowFile({ fields, batches }));

  assert.equal(frame.length, 2000);
  assert.equal(frame.fields[0]?.get(1998), "999");
});

function repeat(node: FlatNode, count: number): FlatNode {
  return { tables: new Array<FlatNode>(count).fill(node) };
}

function tableOf(node: FlatNode): Extract<FlatNode, { table: unknown }>["table"] | undefined {
  return "table" in node ? node.table : undefined;
}
