import { createRequire } from "node:module";
import { hasBit } from "../../src/frames/bitmap.ts";
import type { Description } from "./describe.ts";

/** What is used of apache-arrow 0.16: a table and its columns by position, as in Grafana 7, and the raw buffers. */
interface OldArrow {
  readonly Table: { readonly from: (chunks: readonly Uint8Array[]) => OldTable };
}

interface OldTable {
  readonly schema: { readonly fields: readonly OldField[]; readonly metadata: ReadonlyMap<string, string> };
  readonly length: number;
  getColumnAt(index: number): OldColumn;
}

interface OldField {
  /** Null for an empty name, whoever wrote the file. */
  readonly name: string | null;
  readonly nullable: boolean;
  readonly type: object;
  readonly metadata: ReadonlyMap<string, string>;
}

interface OldColumn {
  readonly chunks: readonly { readonly data: OldData }[];
  get(row: number): unknown;
}

interface OldData {
  readonly values: ArrayBufferView;
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array;
}

/** Our word for an Arrow type, where it is not the same in lower case. */
const kindByType: Readonly<Record<string, string>> = {
  Utf8: "string",
  Binary: "json",
  "Timestamp<NANOSECOND>": "time",
};

/**
 * Loads apache-arrow 0.16.0 from a folder and gives a function that says how it reads an Arrow file, in the words of
 * test/golden/frames/README.md.
 */
export function loadOldBrowser(folder: string): (bytes: Uint8Array) => Description {
  const { Table } = createRequire(import.meta.url)(folder) as OldArrow;
  return (bytes) => describeTable(Table.from([bytes]));
}

function describeTable(table: OldTable): Description {
  const { fields, metadata } = table.schema;
  return {
    name: metadata.get("name") ?? "",
    refId: metadata.get("refId") ?? "",
    meta: parsed(metadata.get("meta")),
    fields: fields.map((field, index) => {
      const kind = kindOf(field);
      return {
        name: field.name ?? "",
        kind,
        nullable: field.nullable,
        labels: parsed(field.metadata.get("labels")),
        config: parsed(field.metadata.get("config")),
        values: table.length === 0 ? [] : describeColumn(kind, table.length, table.getColumnAt(index)),
      };
    }),
  };
}

function kindOf({ type, metadata }: OldField): string {
  if (metadata.get("tstype") === "enum") return "enum";
  const name = String(type);
  return kindByType[name] ?? name.toLowerCase();
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? null : JSON.parse(text);
}

function describeColumn(kind: string, rows: number, column: OldColumn): (string | null)[] {
  const [chunk, ...more] = column.chunks;
  if (chunk === undefined || more.length > 0)
    throw new Error(`expected one chunk, got ${column.chunks.length}`);
  const { values, nullCount, nullBitmap } = chunk.data;
  return Array.from({ length: rows }, (_, row) => {
    if (nullCount > 0 && !hasBit(nullBitmap, row)) return null;
    switch (kind) {
      // Times are rounded to milliseconds, and 64-bit integers pairs of halves, when they are not read raw.
      case "int64":
      case "time":
        return String(raw(values, row, 8).readBigInt64LE());
      case "uint64":
        return String(raw(values, row, 8).readBigUInt64LE());
      case "float32":
        return raw(values, row, 4).reverse().toString("hex");
      case "float64":
        return raw(values, row, 8).reverse().toString("hex");
      case "json":
        return new TextDecoder().decode(column.get(row) as Uint8Array);
      default:
        return String(column.get(row));
    }
  });
}

/** A copy of the bytes of one row. */
function raw({ buffer, byteOffset }: ArrayBufferView, row: number, size: number): Buffer {
  return Buffer.from(Buffer.from(buffer, byteOffset + row * size, size));
}
