import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { constants, zstdCompressSync } from "node:zlib";
import { decodeFrame, type Frame, FrameError } from "grafana-plugin-protocol/frames";
import { arrowFile, arrowType, concat } from "../bad-bytes/arrow-file.ts";
import { refusalOf } from "../bad-bytes/refusal.ts";
import { describeFrame } from "../describe.ts";
import { corpusNames, goldenDescription } from "../golden-corpus.ts";

const golden = join(import.meta.dirname, "..", "..", "golden", "frames");

suite("compressed buffers that Go wrote are read", () => {
  const folder = join(golden, "compressed");
  for (const file of readdirSync(folder)) {
    test(file, async () => {
      const name = file.split(".")[0] as string;

      const frame = await decodeFrame(readFileSync(join(folder, file)));

      if (corpusNames.includes(name)) assert.deepEqual(describeFrame(frame), goldenDescription(name));
      else checkManyBlocks(frame, () => false);
    });
  }
});

suite("compressed buffers that pyarrow wrote are read", () => {
  // Its LZ4 frames have blocks that depend on those before, and there are two batches.
  for (const name of ["many-blocks-lz4", "many-blocks-zstd"]) {
    test(name, async () => {
      const frame = await decodeFrame(readFileSync(join(golden, "pyarrow", `${name}.arrow`)));

      checkManyBlocks(frame, (row) => row % 5 === 3);
    });
  }
});

function checkManyBlocks(frame: Frame, isNull: (row: number) => boolean): void {
  const [number, text] = frame.fields;
  const rows = Array.from({ length: 20_000 }, (_, row) => row);
  assert.deepEqual(
    number?.values,
    rows.map((row) => row % 7),
  );
  assert.deepEqual(
    text?.values,
    rows.map((row) => (isNull(row) ? null : `row ${row % 100}`)),
  );
}

/** A file with one field of bytes, whose one buffer of data is this. */
function fileOf(buffer: Uint8Array, rows = 8, codec = 0): Uint8Array {
  return arrowFile({
    fields: [{ name: "n", type: arrowType.int(8) }],
    batches: [{ rows, columns: [{ buffers: [new Uint8Array(0), buffer] }], codec }],
  });
}

function withLength(length: bigint, ...parts: readonly Uint8Array[]): Uint8Array {
  return concat([new Uint8Array(BigInt64Array.of(length).buffer), ...parts]);
}

/** An LZ4 frame of one block, or of blocks that are stored as they are. */
function lz4Frame(
  blocks: readonly Uint8Array[],
  {
    flags = 0b0110_0000,
    isStored = false,
    lead = [] as readonly number[],
    trail = [] as readonly number[],
  } = {},
): Uint8Array {
  const size = (block: Uint8Array): Uint8Array =>
    new Uint8Array(Uint32Array.of(block.length + (isStored ? 2 ** 31 : 0)).buffer);
  const check = (flags & 0b1_0000) === 0 ? [] : [1, 2, 3, 4];
  return concat([
    Uint8Array.of(0x04, 0x22, 0x4d, 0x18, flags, 0x40, ...lead, 0),
    ...blocks.flatMap((block) => [size(block), block, Uint8Array.from(check)]),
    Uint8Array.of(0, 0, 0, 0, ...trail),
  ]);
}

const valuesOf = async (bytes: Uint8Array): Promise<unknown> => (await decodeFrame(bytes)).fields[0]?.values;
const eight = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
/** Eight literals. */
const literal = Uint8Array.of(0x80, ...eight);

suite("LZ4 frames of every form are read", () => {
  const expected = [...eight];
  const forms: Readonly<Record<string, Uint8Array>> = {
    "a block of literals": lz4Frame([literal]),
    "blocks that are stored": lz4Frame([eight.subarray(0, 3), eight.subarray(3)], { isStored: true }),
    "checksums of blocks": lz4Frame([literal], { flags: 0b0111_0000 }),
    "a checksum and the size of the content": lz4Frame([literal], {
      flags: 0b0110_1100,
      lead: [8, 0, 0, 0, 0, 0, 0, 0],
      trail: [1, 2, 3, 4],
    }),
    "two frames": concat([
      lz4Frame([eight.subarray(0, 4)], { isStored: true }),
      lz4Frame([eight.subarray(4)], { isStored: true }),
    ]),
    "a frame to skip": concat([Uint8Array.of(0x5a, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9), lz4Frame([literal])]),
  };
  for (const [form, frame] of Object.entries(forms)) {
    test(form, async () => {
      assert.deepEqual(await valuesOf(fileOf(withLength(8n, frame))), expected);
    });
  }

  test("a copy that overlaps with what it writes repeats it", async () => {
    // One literal, and seven copies of it: then a block must end with literals, of which there are none.
    const block = Uint8Array.of(0x13, 5, 1, 0, 0x00);

    assert.deepEqual(await valuesOf(fileOf(withLength(8n, lz4Frame([block])))), [5, 5, 5, 5, 5, 5, 5, 5]);
  });

  test("a block that depends on the one before, when the frame says so", async () => {
    const blocks = [Uint8Array.of(0x40, 1, 2, 3, 4), Uint8Array.of(0x00, 4, 0, 0x00)];

    assert.deepEqual(
      await valuesOf(fileOf(withLength(8n, lz4Frame(blocks, { flags: 0b0100_0000 })))),
      [1, 2, 3, 4, 1, 2, 3, 4],
    );
    await refusalOf(fileOf(withLength(8n, lz4Frame(blocks))), "arrow_corrupt", /an offset of 1 to 0/);
  });

  test("a buffer that was left as it is", async () => {
    assert.deepEqual(await valuesOf(fileOf(withLength(-1n, eight))), expected);
  });
});

suite("compressed buffers that are broken are refused", () => {
  const whole = lz4Frame([literal]);
  const broken: readonly (readonly [what: string, buffer: Uint8Array, message: RegExp])[] = [
    ["no room for the length", Uint8Array.of(1, 2, 3), /the length of a compressed buffer, got 3 bytes/],
    ["a negative length", withLength(-2n, whole), /the length of a compressed buffer, got -2/],
    ["less data than the length", withLength(9n, whole), /9 bytes of data, got 8/],
    [
      "more data than the length",
      withLength(8n, lz4Frame([Uint8Array.of(0x90, ...eight, 9)])),
      /8 bytes of data, got more/,
    ],
    ["no frame", withLength(8n, eight), /an LZ4 frame/],
    [
      "a frame with a dictionary",
      withLength(8n, lz4Frame([literal], { flags: 0b0110_0001 })),
      /without a dictionary/,
    ],
    [
      "an offset of 0",
      withLength(8n, lz4Frame([Uint8Array.of(0x10, 1, 0, 0)])),
      /an offset of 1 to 1, got 0/,
    ],
    [
      "an offset before the data",
      withLength(8n, lz4Frame([Uint8Array.of(0x10, 1, 2, 0)])),
      /an offset of 1 to 1, got 2/,
    ],
  ];
  for (const [what, buffer, message] of broken) {
    test(what, async () => {
      await refusalOf(fileOf(buffer), "arrow_corrupt", message);
    });
  }

  test("cut off or bent anywhere, without reading or writing elsewhere", async () => {
    for (const name of ["shape-log-lines.lz4.arrow", "shape-log-lines.zstd.arrow"]) {
      const file = readFileSync(join(golden, "compressed", name));
      for (let place = 8; place < file.length; place += 3) {
        for (const value of [0, 0x7f, 0xff]) {
          const bent = Uint8Array.from(file);
          bent[place] = value;
          await decodeFrame(bent).catch((error: unknown) =>
            assert.ok(error instanceof FrameError, String(error)),
          );
        }
      }
    }
  });

  test("zstd of another length, or of nothing", async () => {
    const data = zstdCompressSync(eight);
    assert.deepEqual(await valuesOf(fileOf(withLength(8n, data), 8, 1)), [...eight]);
    for (const length of [7n, 9n]) {
      await refusalOf(fileOf(withLength(length, data), 7, 1), "arrow_corrupt", /bytes of data by zstd/);
    }
    await refusalOf(fileOf(withLength(8n, eight), 8, 1), "arrow_corrupt", /8 bytes of data by zstd/);
  });

  test("a codec that Arrow does not have", async () => {
    await refusalOf(fileOf(withLength(8n, eight), 8, 2), "arrow_unsupported", /LZ4 or zstd, got codec 2/);
  });
});

suite("few bytes do not become very many", () => {
  test("a bomb of zstd is refused before memory for it is made", async () => {
    const size = 2 ** 30;
    const data = zstdCompressSync(new Uint8Array(2 ** 25), {
      params: { [constants.ZSTD_c_compressionLevel]: 1 },
    });
    assert.ok(data.length < 10_000);
    await refusalOf(fileOf(withLength(2n ** 25n, data), 8, 1), "limit_exceeded", /at most 16777216 bytes/);
    await refusalOf(fileOf(withLength(BigInt(size), data), 8, 1), "limit_exceeded");
    await refusalOf(fileOf(withLength(2n ** 62n, data), 8, 1), "limit_exceeded");
  });

  test("a bomb that lies about its length is refused", async () => {
    const data = zstdCompressSync(new Uint8Array(2 ** 25));

    await refusalOf(fileOf(withLength(8n, data), 8, 1), "arrow_corrupt", /8 bytes of data by zstd/);
  });

  test("many batches share one limit", async () => {
    const data = zstdCompressSync(new Uint8Array(2 ** 23));
    const column = { buffers: [new Uint8Array(0), withLength(2n ** 23n, data)] };
    const batches = Array.from({ length: 3 }, () => ({ rows: 2 ** 23, columns: [column], codec: 1 }));
    const fields = [{ name: "n", type: arrowType.int(8) }];

    assert.equal((await decodeFrame(arrowFile({ fields, batches: batches.slice(0, 2) }))).length, 2 ** 24);
    await refusalOf(arrowFile({ fields, batches }), "limit_exceeded", /in all batches/);
  });

  test("rows need their bytes", async () => {
    await refusalOf(
      fileOf(withLength(8n, lz4Frame([literal])), 2 ** 30),
      "arrow_corrupt",
      /1073741824 bytes, got 8/,
    );
  });
});

test("without zstd the error says where there is one", async (t) => {
  t.mock.method(process, "getBuiltinModule", () => undefined);

  await refusalOf(
    fileOf(withLength(8n, zstdCompressSync(eight)), 8, 1),
    "arrow_unsupported",
    /got zstd: read it on Node\.js 22\.15 or newer, or write it with LZ4/,
  );
});
