import { type Data, type DataType, type Field, RecordBatchReader, type Schema } from "apache-arrow";
import { hasBit } from "../../../src/frames/bitmap.ts";

/** What apache-arrow says of a file, in words that two files can be compared by. */
export interface SeenFile {
  readonly metadata: readonly Entry[];
  readonly rows: readonly number[];
  readonly fields: readonly SeenField[];
}

export interface SeenField {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly metadata: readonly Entry[];
  readonly nullCounts: readonly number[];
  /** Null, or the bytes of the row in hex; of a bool its bit. */
  readonly rows: readonly (string | null)[];
}

export type Entry = readonly [key: string, value: string];

/** @param bytes an Arrow file, or the stream of messages that lies in it */
export function readWithApacheArrow(bytes: Uint8Array): SeenFile {
  const reader = RecordBatchReader.from(bytes).open();
  // Of a batch's own schema apache-arrow merges the fields that have one name.
  const { schema }: { readonly schema: Schema } = reader;
  const batches = [...reader].map(({ data }) => data);
  return {
    metadata: [...schema.metadata],
    rows: batches.map(({ length }) => length),
    fields: schema.fields.map((field, i) =>
      describe(
        field,
        batches.map(({ children }) => children[i] as Data),
      ),
    ),
  };
}

function describe({ name, type, nullable, metadata }: Field, parts: readonly Data[]): SeenField {
  return {
    name,
    type: String(type),
    nullable,
    metadata: [...metadata],
    nullCounts: parts.map(({ nullCount }) => nullCount),
    rows: parts.flatMap((part) => Array.from({ length: part.length }, (_, row) => rowOf(part, row))),
  };
}

function rowOf(
  { nullCount, nullBitmap, values, valueOffsets, type }: Data<DataType>,
  row: number,
): string | null {
  if (nullCount > 0 && !hasBit(nullBitmap, row)) return null;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (String(type) === "Bool") return String(hasBit(bytes, row));
  const size = values.BYTES_PER_ELEMENT;
  const [start, end] =
    valueOffsets === undefined ? [row * size, (row + 1) * size] : [valueOffsets[row], valueOffsets[row + 1]];
  return Buffer.from(bytes.subarray(start, end)).toString("hex");
}
