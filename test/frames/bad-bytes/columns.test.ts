import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { decodeFrame } from "grafana-plugin-protocol/frames";
import { type ArrowType, arrowFile, arrowType, type BatchParts, type ColumnParts } from "./arrow-file.ts";
import { boolColumn, bytes, int32Column, int64Column, textColumn, viewColumn } from "./columns.ts";
import { refusalOf } from "./refusal.ts";

const none = new Uint8Array(0);

/** A file of one nullable field "f" with one batch. */
function file(
  type: ArrowType,
  rows: number,
  column: ColumnParts,
  batch: Partial<BatchParts> = {},
): Uint8Array {
  const fields = [{ name: "f", type, nullable: true }];
  return arrowFile({ fields, batches: [{ rows, columns: [column], ...batch }] });
}

suite("lengths", () => {
  const three = int32Column([1, 2, 3]);

  test("a field of fewer or more rows than its batch is refused", async () => {
    for (const length of [0, 2, 4, 2 ** 40]) {
      const column = { ...three, length };
      await refusalOf(
        file(arrowType.int(32), 3, column),
        "unequal_lengths",
        /field "f".*the 3 rows.*got \d+/,
      );
    }
  });

  test("fields of one batch with different numbers of rows are refused", async () => {
    const fields = [{ name: "a" }, { name: "b" }];
    const columns = [three, { ...int32Column([1]), length: 1 }];

    await refusalOf(arrowFile({ fields, batches: [{ rows: 3, columns }] }), "unequal_lengths", /field "b"/);
  });

  test("a batch with more or fewer columns than there are fields is refused", async () => {
    const fields = [{ name: "a" }, { name: "b" }];
    for (const columns of [[], [three], [three, three, three]]) {
      const bent = arrowFile({ fields, batches: [{ rows: 3, columns }] });
      await refusalOf(
        bent,
        "unequal_lengths",
        new RegExp(`the schema's 2 fields, got those of ${columns.length}`),
      );
    }
  });

  test("negative lengths are refused, of batches, fields and null counts", async () => {
    await refusalOf(file(arrowType.int(32), -1, three), "arrow_corrupt", /a length, got -1/);
    await refusalOf(
      file(arrowType.int(32), 3, { ...three, length: -3 }),
      "arrow_corrupt",
      /a length, got -3/,
    );
    await refusalOf(
      file(arrowType.int(32), 3, { ...three, nullCount: -1 }),
      "arrow_corrupt",
      /a length, got -1/,
    );
  });

  test("lengths beyond 2^53 are refused", async () => {
    for (const rows of [2n ** 53n, 2n ** 62n, 2n ** 63n - 1n]) {
      const fields = [{ name: "f" }];
      await refusalOf(
        arrowFile({ fields, batches: [{ rows, columns: [three] }] }),
        "arrow_corrupt",
        /a length/,
      );
    }
  });
});

suite("buffers", () => {
  const column = int32Column([1, 2, 3]);

  test("a column that lacks a buffer is refused", async () => {
    await refusalOf(file(arrowType.int(32), 3, { buffers: [] }), "arrow_corrupt", /field "f".*a buffer/);
    await refusalOf(file(arrowType.int(32), 3, { buffers: [none] }), "arrow_corrupt", /field "f".*a buffer/);
    const offsetsOnly = { buffers: textColumn(["a"]).buffers.slice(0, 2) };
    await refusalOf(file(arrowType.utf8(), 1, offsetsOnly), "arrow_corrupt", /field "f".*a buffer/);
  });

  test("a buffer outside of its body is refused", async () => {
    for (const [start, length] of [
      [8, 16],
      [0, 24],
      [2n ** 40n, 8],
      [0, 2n ** 50n],
      [2n ** 53n - 1n, 2n ** 53n - 1n],
    ] as const) {
      const bent = file(arrowType.int(32), 3, column, {
        spans: () => [
          [0, 0],
          [start, length],
        ],
      });
      await refusalOf(bent, "arrow_corrupt", /record batch 0.*its body of 16 bytes/);
    }
  });

  test("a buffer at a negative place or of negative length is refused", async () => {
    for (const span of [
      [-8, 16],
      [0, -16],
    ] as const) {
      const bent = file(arrowType.int(32), 3, column, { spans: () => [[0, 0], span] });
      await refusalOf(bent, "arrow_corrupt", /record batch 0.*a length/);
    }
  });

  test("a buffer that is shorter than the rows need is refused, for every kind of value", async () => {
    const short = { buffers: [none, new Uint8Array(8)] };
    await refusalOf(file(arrowType.int(8), 9, short), "arrow_corrupt", /field "f".*9 bytes, got 8/);
    await refusalOf(file(arrowType.int(16), 5, short), "arrow_corrupt", /field "f".*10 bytes, got 8/);
    await refusalOf(file(arrowType.int(32), 3, short), "arrow_corrupt", /field "f".*12 bytes, got 8/);
    await refusalOf(file(arrowType.int(64), 2, short), "arrow_corrupt", /field "f".*16 bytes, got 8/);
    await refusalOf(file(arrowType.float(1), 3, short), "arrow_corrupt", /field "f".*12 bytes, got 8/);
    await refusalOf(file(arrowType.float(2), 2, short), "arrow_corrupt", /field "f".*16 bytes, got 8/);
    await refusalOf(file(arrowType.timestamp(3), 2, short), "arrow_corrupt", /field "f".*16 bytes, got 8/);
    await refusalOf(file(arrowType.bool(), 65, short), "arrow_corrupt", /field "f".*9 bytes, got 8/);
    await refusalOf(file(arrowType.utf8View(), 1, short), "arrow_corrupt", /field "f".*16 bytes, got 8/);
    const offsets = { buffers: [none, new Uint8Array(8), none] };
    await refusalOf(
      file(arrowType.utf8(), 2, offsets),
      "arrow_corrupt",
      /offsets of field "f".*12 bytes, got 8/,
    );
    await refusalOf(
      file(arrowType.binary(), 2, offsets),
      "arrow_corrupt",
      /offsets of field "f".*12 bytes, got 8/,
    );
  });
});

suite("nulls", () => {
  test("a validity shorter than the rows need is refused", async () => {
    const column = { nullCount: 1, buffers: [none, new Uint8Array(16)] };

    await refusalOf(
      file(arrowType.int(8), 9, column),
      "arrow_corrupt",
      /validity of field "f".*2 bytes, got 0/,
    );
  });

  test("with a null count of 0 no row is null, whatever the bits say", async () => {
    const column = { nullCount: 0, buffers: [Uint8Array.of(0), bytes(Int32Array.of(1, 2))] };

    const frame = await decodeFrame(file(arrowType.int(32), 2, column));

    assert.deepEqual(frame.fields[0]?.values, [1, 2]);
  });

  test("with any other null count the bits say which rows are null", async () => {
    for (const nullCount of [1, 2, 7, 2 ** 40]) {
      const column = { nullCount, buffers: [Uint8Array.of(0b10), bytes(Int32Array.of(1, 2))] };
      const frame = await decodeFrame(file(arrowType.int(32), 2, column));
      assert.deepEqual(frame.fields[0]?.values, [null, 2]);
    }
  });

  test("a field that says it has no nulls has the values that lie there, as in Go", async () => {
    const column = { nullCount: 1, buffers: [Uint8Array.of(0b10), bytes(Int32Array.of(1, 2))] };
    const fields = [{ name: "f", type: arrowType.int(32) }];

    const frame = await decodeFrame(arrowFile({ fields, batches: [{ rows: 2, columns: [column] }] }));

    assert.deepEqual(frame.fields[0]?.values, [1, 2]);
    assert.equal(frame.fields[0]?.nullable, false);
  });
});

suite("texts", () => {
  const text = (offsets: number[], data: string): ColumnParts => ({
    buffers: [none, bytes(Int32Array.from(offsets)), new TextEncoder().encode(data)],
  });

  test("offsets that go back are refused", async () => {
    for (const type of [arrowType.utf8(), arrowType.binary()]) {
      await refusalOf(
        file(type, 2, text([0, 4, 2], "abcd")),
        "arrow_corrupt",
        /field "f".*at least 4, got 2/,
      );
    }
  });

  test("a negative offset is refused", async () => {
    await refusalOf(
      file(arrowType.utf8(), 2, text([-4, 0, 2], "abcd")),
      "arrow_corrupt",
      /at least 0, got -4/,
    );
  });

  test("offsets that go back by more than 31 bits can tell are refused", async () => {
    await refusalOf(
      file(arrowType.utf8(), 2, text([0, 2 ** 31 - 1, -(2 ** 31)], "abcd")),
      "arrow_corrupt",
      /at least 2147483647, got -2147483648/,
    );
  });

  test("offsets beyond the bytes are refused", async () => {
    const beyond = text([0, 4, 2 ** 31 - 1], "abcd");

    await refusalOf(file(arrowType.utf8(), 2, beyond), "arrow_corrupt", /2147483647 bytes of text, got 8/);
  });

  test("offsets may begin anywhere", async () => {
    const frame = await decodeFrame(file(arrowType.utf8(), 2, text([2, 3, 4], "abcd")));

    assert.deepEqual(frame.fields[0]?.values, ["c", "d"]);
  });

  test("bytes that are no UTF-8 read as U+FFFD and stay what they are", async () => {
    const column = { buffers: [none, bytes(Int32Array.of(0, 1, 3)), Uint8Array.of(0xff, 0xc3, 0x28)] };

    const frame = await decodeFrame(file(arrowType.utf8(), 2, column));

    assert.deepEqual(frame.fields[0]?.values, ["\ufffd", "\ufffd("]);
    assert.deepEqual([...(frame.fields[0]?.column.data.subarray(0, 3) ?? [])], [0xff, 0xc3, 0x28]);
  });
});

suite("views", () => {
  const long = "a text of more than twelve bytes";
  const bend = (set: (view: DataView) => void, variadicCounts: readonly number[] = [1]): Uint8Array => {
    const column = viewColumn(["short", long]);
    const views = column.buffers[1] as Uint8Array;
    set(new DataView(views.buffer));
    return file(arrowType.utf8View(), 2, column, { variadicCounts });
  };

  test("a view outside of its buffers is refused", async () => {
    for (const [place, value] of [
      [16, -1],
      [16, 2 ** 31 - 1],
      [16, 41],
      [24, 1],
      [24, -1],
      [28, -4],
      [28, 9],
      [28, 2 ** 31 - 1],
    ] as const) {
      const bent = bend((view) => view.setInt32(place, value, true));
      await refusalOf(bent, "arrow_corrupt", /field "f".*a text within its buffers/);
    }
  });

  test("a view without its buffer is refused", async () => {
    await refusalOf(
      bend(() => {}, [0]),
      "arrow_corrupt",
      /field "f".*a text within its buffers/,
    );
    await refusalOf(
      bend(() => {}, []),
      "arrow_corrupt",
      /field "f".*a text within its buffers/,
    );
  });

  test("counts of buffers that are not there are refused", async () => {
    for (const count of [2, 1_000_000, 2 ** 52]) {
      await refusalOf(
        bend(() => {}, [count]),
        "arrow_corrupt",
        /field "f".*a buffer/,
      );
    }
    await refusalOf(
      bend(() => {}, [-1]),
      "arrow_corrupt",
      /record batch 0.*a length/,
    );
  });

  test("the view of a null row may be anything", async () => {
    const column = viewColumn([null, long]);
    const views = column.buffers[1] as Uint8Array;
    views.fill(0xff, 0, 16);

    const frame = await decodeFrame(file(arrowType.utf8View(), 2, column, { variadicCounts: [1] }));

    assert.deepEqual(frame.fields[0]?.values, [null, long]);
  });
});

suite("times", () => {
  test("a time that does not fit into 64 bits of nanoseconds is refused", async () => {
    for (const [unit, value] of [
      [0, 9_223_372_037n],
      [1, 2n ** 60n],
      [2, -(2n ** 63n)],
    ] as const) {
      await refusalOf(
        file(arrowType.timestamp(unit), 2, int64Column([0n, value])),
        "time_out_of_range",
        /field "f", row 1/,
      );
    }
  });

  test("the time of a null row may be anything", async () => {
    const column = int64Column([null, 5n]);
    const data = column.buffers[1] as Uint8Array;
    new DataView(data.buffer).setBigInt64(0, 2n ** 62n, true);

    const frame = await decodeFrame(file(arrowType.timestamp(0), 2, column));

    assert.deepEqual(frame.fields[0]?.values, [null, 5_000_000_000n]);
  });
});

suite("blocks", () => {
  const fields = [{ name: "f" }];
  const batches = [{ rows: 1, columns: [int32Column([1])] }];

  test("a block that does not lie before the footer is refused", async () => {
    for (const lie of [
      { offset: 1_000_000 },
      { offset: 2n ** 53n - 1n },
      { offset: -8 },
      { metadataBytes: 0 },
      { metadataBytes: 7 },
      { metadataBytes: -(2 ** 31) },
      { metadataBytes: 2 ** 31 - 1 },
      { bodyBytes: 1_000_000 },
      { bodyBytes: 2n ** 63n - 1n },
      { bodyBytes: -1 },
    ]) {
      const bent = arrowFile({
        fields,
        batches,
        blocks: (honest) => honest.map((block) => ({ ...block, ...lie })),
      });
      await refusalOf(bent, "arrow_corrupt", /record batch 0/);
    }
  });

  test("a message that is longer than its block says is refused", async () => {
    for (let metadataBytes = 8; metadataBytes < 200; metadataBytes += 8) {
      const bent = arrowFile({
        fields,
        batches,
        blocks: ([block]) => (block ? [{ ...block, metadataBytes, bodyBytes: 8 }] : []),
      });
      await refusalOf(bent, "arrow_corrupt", /record batch 0/);
    }
  });
});

test("a batch of no rows may have buffers or not", async () => {
  for (const [type, column] of [
    [arrowType.int(32), { buffers: [none, none] }],
    [arrowType.int(32), { buffers: [none, new Uint8Array(64)] }],
    [arrowType.bool(), boolColumn([])],
    [arrowType.utf8(), { buffers: [none, none, none] }],
    [arrowType.utf8(), textColumn([])],
    [arrowType.utf8(), { buffers: [none, bytes(Int32Array.of(3)), new TextEncoder().encode("abc")] }],
    [arrowType.utf8View(), { buffers: [none, none] }],
    [arrowType.timestamp(1), int64Column([])],
  ] as const) {
    const frame = await decodeFrame(file(type, 0, column));
    assert.equal(frame.length, 0);
    assert.deepEqual(frame.fields[0]?.values, []);
  }
});
