import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyField,
  type Column,
  createField,
  createFrame,
  decodeFrame,
  encodeFrame,
  type FieldKind,
} from "grafana-plugin-protocol/frames";
import { hasBit } from "../../../src/frames/bitmap.ts";
import { sliceFrame } from "../../../src/frames/slice-frame.ts";
import { corpusNames, readGolden } from "../golden-corpus.ts";
import { columnOf, everyKind, nullPatterns, rowCounts } from "../grid-values.ts";
import { type Entry, readWithApacheArrow, type SeenField, type SeenFile } from "./read-with-apache-arrow.ts";

/** apache-arrow has no part in what we write, so it can say what is in it. */

for (const name of corpusNames) {
  test(`apache-arrow finds in our file what it finds in Go's: ${name}`, async () => {
    const theirs = new Uint8Array(readGolden(name, "arrow"));

    const ours = await encodeFrame(await decodeFrame(theirs));

    assert.deepEqual(
      withoutSpelling(readWithApacheArrow(ours)),
      withoutSpelling(readWithApacheArrow(theirs)),
    );
  });

  test(`the messages of our file are an Arrow stream: ${name}`, async () => {
    const file = await encodeFrame(await decodeFrame(readGolden(name, "arrow")));

    assert.deepEqual(readWithApacheArrow(messagesOf(file)), readWithApacheArrow(file));
  });
}

const typeNames: { readonly [K in FieldKind]: string } = {
  int8: "Int8",
  int16: "Int16",
  int32: "Int32",
  int64: "Int64",
  uint8: "Uint8",
  uint16: "Uint16",
  uint32: "Uint32",
  uint64: "Uint64",
  float32: "Float32",
  float64: "Float64",
  string: "Utf8",
  bool: "Bool",
  time: "Timestamp<NANOSECOND>",
  json: "Binary",
  enum: "Uint16",
};

for (const rows of rowCounts) {
  for (const [pattern, isNull] of Object.entries(nullPatterns)) {
    test(`apache-arrow finds every kind with ${rows} rows, null: ${pattern}`, async () => {
      const fields = everyKind.map(
        (kind) => createField(`a ${kind}`, kind, columnOf(kind, rows, isNull)) as AnyField,
      );

      const seen = readWithApacheArrow(await encodeFrame(createFrame({ fields })));

      assert.deepEqual(seen.fields.map(withoutMetadata), fields.map(expected));
    });
  }
}

test("apache-arrow finds the rows of a piece of a frame, and no more", async () => {
  const fields = everyKind.map(
    (kind) =>
      createField(
        kind,
        kind,
        columnOf(kind, 513, (row) => row % 3 === 1),
      ) as AnyField,
  );
  const piece = sliceFrame(createFrame({ fields }), 64, 201);

  const seen = readWithApacheArrow(await encodeFrame(piece));

  assert.deepEqual(seen.fields.map(withoutMetadata), piece.fields.map(expected));
});

test("apache-arrow finds names and labels of every length and script", async () => {
  const names = [
    "",
    "a",
    "ü",
    "𝄞",
    "\ufeffx",
    "x".repeat(64),
    "x".repeat(65),
    "ü".repeat(64),
    "日本".repeat(20_000),
  ];
  const fields = names.map(
    (name) => createField(name, "int8", [1], { labels: { [name]: name } }) as AnyField,
  );

  const { fields: seen } = readWithApacheArrow(await encodeFrame(createFrame({ name: "日本", fields })));

  assert.deepEqual(
    seen.map(({ name, metadata }) => [name, metadata]),
    names.map((name) => [
      // It drops a byte order mark, which the labels have inside of them.
      name.replace(/^\ufeff/, ""),
      [
        ["labels", JSON.stringify({ [name]: name })],
        ["tstype", "number"],
      ],
    ]),
  );
});

/** The messages lie between the magic and the footer. */
function messagesOf(file: Uint8Array): Uint8Array {
  const trailer = file.length - 10;
  const footerBytes = new DataView(file.buffer, file.byteOffset).getInt32(trailer, true);
  return file.subarray(8, trailer - footerBytes);
}

/** Metadata is JSON, in which Go itself spells numbers in two ways. */
function withoutSpelling(file: SeenFile): unknown {
  const read = (entries: readonly Entry[]) =>
    entries.map(([key, value]) => [key, /^[{[]/.test(value) ? JSON.parse(value) : value]);
  return {
    ...file,
    metadata: read(file.metadata),
    fields: file.fields.map((field) => ({ ...field, metadata: read(field.metadata) })),
  };
}

function withoutMetadata({ metadata: _, ...rest }: SeenField): Omit<SeenField, "metadata"> {
  return rest;
}

function expected({ name, kind, nullable, column, length }: AnyField): Omit<SeenField, "metadata"> {
  const rows = Array.from({ length }, (_, row) => elementOf(kind, column, row));
  const nullCount = rows.filter((row) => row === null).length;
  return { name, type: typeNames[kind], nullable, nullCounts: [nullCount], rows };
}

function elementOf(kind: FieldKind, { data, offsets, validity }: Column, row: number): string | null {
  if (validity !== undefined && !hasBit(validity, row)) return null;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (kind === "bool") return String(hasBit(bytes, row));
  const size = data.BYTES_PER_ELEMENT;
  const [start, end] =
    offsets === undefined ? [row * size, (row + 1) * size] : [offsets[row], offsets[row + 1]];
  return Buffer.from(bytes.subarray(start, end)).toString("hex");
}
