import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as arrow from "apache-arrow";
import { createField, type ValueInput } from "../../src/frames/create-field.ts";
import { createFrame } from "../../src/frames/create-frame.ts";
import type { AnyField } from "../../src/frames/field.ts";
import type { FieldKind } from "../../src/frames/field-kind.ts";
import type { Frame } from "../../src/frames/frame.ts";
import { type FrameFormat, loadFrameCodec } from "../../src/frames/frame-codec.ts";

/** A whole file that cases are made of. */
export interface SeedFile {
  readonly name: string;
  readonly format: FrameFormat;
  readonly bytes: Uint8Array;
}

const corpus = join(import.meta.dirname, "..", "golden", "frames", "corpus");
/** Larger files cost more time than they find. */
const maxBytes = 20_000;

/** What Go wrote, and what Go never writes: several batches, views, other units of time. */
export async function seedFiles(): Promise<readonly SeedFile[]> {
  const files = existsSync(corpus) ? readdirSync(corpus).sort() : [];
  const written = files.flatMap((name): SeedFile[] => {
    const format = name.endsWith(".arrow") ? "arrow" : name.endsWith(".frame.json") ? "json" : undefined;
    if (format === undefined) return [];
    return [{ name, format, bytes: new Uint8Array(readFileSync(join(corpus, name))) }];
  });
  const codec = await loadFrameCodec();
  const own = (["arrow", "json"] as const).map(
    (format): SeedFile => ({
      name: `all kinds in ${format}`,
      format,
      bytes: codec.encodeFrame(allKinds(), { format }),
    }),
  );
  return [...written.filter(({ bytes }) => bytes.length <= maxBytes), ...own, ...unusual()];
}

function allKinds(): Frame {
  const inputs: { [K in FieldKind]: readonly ValueInput<K>[] } = {
    int8: [1, null, -128],
    int16: [1, null, -32_768],
    int32: [1, null, -1],
    int64: [1n, null, -(2n ** 63n)],
    uint8: [1, null, 255],
    uint16: [1, null, 65_535],
    uint32: [1, null, 2 ** 32 - 1],
    uint64: [1n, null, 2n ** 64n - 1n],
    float32: [0.1, null, Number.NaN],
    float64: [0.1, null, Number.NEGATIVE_INFINITY],
    string: ["a", null, "ä\u2028\ud83d\ude00"],
    bool: [true, null, false],
    time: [1n, null, -1n],
    json: [{ a: [1, "}"] }, null, "x"],
    enum: [0, null, 1],
  };
  const config = {
    unit: "s",
    min: 0,
    mappings: [{ type: "value", options: { a: { text: "A" } } }],
    thresholds: { mode: "absolute", steps: [{ value: Number.NEGATIVE_INFINITY, color: "red" }] },
    custom: { deep: { deeper: [1, { a: null }] } },
  } as const;
  const fields = Object.entries(inputs).map(
    ([kind, values]) =>
      createField("value", kind as FieldKind, values, { labels: { kind }, config }) as AnyField,
  );
  const notices = [{ severity: "info", text: "n", inspect: "stats" }] as const;
  return createFrame({
    name: "all",
    refId: "A",
    meta: { notices, stats: [{ value: 1 }], custom: { a: 1 } },
    fields,
  });
}

function unusual(): SeedFile[] {
  const texts = Array.from({ length: 30 }, (_, i) => (i % 4 === 1 ? null : "text ".repeat(i % 7)));
  const flags = texts.map((text) => (text === null ? null : text.length > 10));
  const milliseconds = arrow.makeData({
    type: new arrow.TimestampMillisecond("UTC"),
    length: 30,
    data: BigInt64Array.from({ length: 30 }, (_, i) => BigInt(i) * 86_400_000n),
  });
  const table = new arrow.Table({
    text: arrow.vectorFromArray(texts, new arrow.Utf8()),
    view: arrow.vectorFromArray(texts, new arrow.Utf8View()),
    flag: arrow.vectorFromArray(flags, new arrow.Bool()),
    time: arrow.makeVector(milliseconds),
  });
  const writer = new arrow.RecordBatchFileWriter();
  for (const piece of [table.slice(0, 5), table.slice(5, 6), table.slice(6)])
    for (const batch of piece.batches) writer.write(batch);
  writer.finish();
  const several = { name: "several batches", format: "arrow", bytes: writer.toUint8Array(true) } as const;
  const views = { name: "views", format: "arrow", bytes: arrow.tableToIPC(table, "file") } as const;
  return [several, several, views, views];
}
