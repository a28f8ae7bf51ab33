import { type FlatNode, scalar, writeFlatTree } from "./flat-tree.ts";

/** A type of Schema.fbs: its number and the slots of its table. */
export interface ArrowType {
  readonly id: number;
  readonly table: FlatNode;
}

export const arrowType = {
  null: (): ArrowType => ({ id: 1, table: { table: [] } }),
  int: (bits: number, isSigned = true): ArrowType => ({
    id: 2,
    table: { table: [scalar(32, bits), scalar(8, isSigned ? 1 : 0)] },
  }),
  /** Precision: half 0, single 1, double 2. */
  float: (precision: number): ArrowType => ({ id: 3, table: { table: [scalar(16, precision)] } }),
  binary: (): ArrowType => ({ id: 4, table: { table: [] } }),
  utf8: (): ArrowType => ({ id: 5, table: { table: [] } }),
  bool: (): ArrowType => ({ id: 6, table: { table: [] } }),
  /** Unit: s 0, ms 1, µs 2, ns 3. */
  timestamp: (unit: number, zone?: string): ArrowType => ({
    id: 10,
    table: { table: [scalar(16, unit), zone === undefined ? undefined : { text: zone }] },
  }),
  utf8View: (): ArrowType => ({ id: 24, table: { table: [] } }),
  other: (id: number): ArrowType => ({ id, table: { table: [] } }),
};

export interface FieldParts {
  readonly name?: string;
  readonly type?: ArrowType;
  readonly nullable?: boolean;
  readonly metadata?: readonly (readonly [string, string])[];
  readonly hasDictionary?: boolean;
}

/** The rows of a field in a batch: its node and its buffers, of which the first is the validity. */
export interface ColumnParts {
  readonly length?: number | bigint;
  readonly nullCount?: number | bigint;
  readonly buffers: readonly Uint8Array[];
}

/** Where a buffer of a body lies. */
export type BufferSpan = readonly [start: number | bigint, length: number | bigint];

export interface BatchParts {
  readonly rows: number | bigint;
  readonly columns: readonly ColumnParts[];
  readonly variadicCounts?: readonly number[];
  /** By which the buffers are compressed: LZ4 0, zstd 1. */
  readonly codec?: number;
  readonly headerType?: number;
  /** Files of before Arrow 0.15 have no mark before a message. */
  readonly isUnmarked?: boolean;
  /** Tells lies about the buffers. */
  readonly spans?: (spans: readonly BufferSpan[]) => readonly BufferSpan[];
}

/** Where the footer says that a batch lies. */
export interface Block {
  readonly offset: number | bigint;
  readonly metadataBytes: number;
  readonly bodyBytes: number | bigint;
}

export interface FileParts {
  readonly fields?: readonly FieldParts[] | FlatNode;
  readonly metadata?: readonly (readonly [string, string])[] | FlatNode;
  readonly batches?: readonly BatchParts[];
  readonly isBigEndian?: boolean;
  readonly dictionaries?: number;
  /** Tells lies about the blocks. */
  readonly blocks?: (blocks: readonly Block[]) => readonly Block[];
}

/** Writes an Arrow file by hand, right or with any lie in it. */
export function arrowFile(parts: FileParts): Uint8Array {
  const chunks: Uint8Array[] = [new TextEncoder().encode("ARROW1\0\0")];
  let end = 8;
  const blocks = (parts.batches ?? []).map((batch): Block => {
    const { message, body } = writeBatch(batch);
    chunks.push(message, body);
    const block = { offset: end, metadataBytes: message.length, bodyBytes: body.length };
    end += message.length + body.length;
    return block;
  });
  const listed = parts.blocks?.(blocks) ?? blocks;
  const footer = writeFlatTree({
    table: [
      scalar(16, 4),
      schemaOf(parts),
      structs(Array.from({ length: parts.dictionaries ?? 0 }, () => [0n, 0n, 0n])),
      structs(listed.map((block) => [block.offset, block.metadataBytes, block.bodyBytes])),
    ],
  });
  return concat([...chunks, footer, int32(footer.length), new TextEncoder().encode("ARROW1")]);
}

function schemaOf({ fields = [], metadata = [], isBigEndian }: FileParts): FlatNode {
  return {
    table: [
      isBigEndian ? scalar(16, 1) : undefined,
      "length" in fields ? { tables: fields.map(fieldTable) } : fields,
      "length" in metadata ? keyValues(metadata) : metadata,
    ],
  };
}

export function fieldTable({ name, type, nullable, metadata, hasDictionary }: FieldParts): FlatNode {
  const { id, table } = type ?? arrowType.int(32);
  return {
    table: [
      name === undefined ? undefined : { text: name },
      nullable ? scalar(8, 1) : undefined,
      scalar(8, id),
      table,
      hasDictionary ? { table: [scalar(64, 0)] } : undefined,
      { tables: [] },
      metadata && keyValues(metadata),
    ],
  };
}

export function keyValues(entries: readonly (readonly [string, string])[]): FlatNode {
  return { tables: entries.map(([key, value]) => ({ table: [{ text: key }, { text: value }] })) };
}

function writeBatch(batch: BatchParts): { readonly message: Uint8Array; readonly body: Uint8Array } {
  const unpadded = batch.columns.flatMap((column) => column.buffers);
  const buffers = unpadded.map(pad);
  let end = 0;
  const honest = buffers.map((buffer, i): BufferSpan => {
    const start = end;
    end += buffer.length;
    // Padding is no part of compressed data.
    return [start, batch.codec === undefined ? buffer.length : (unpadded[i] as Uint8Array).length];
  });
  const recordBatch: FlatNode = {
    table: [
      scalar(64, batch.rows),
      structs(batch.columns.map(({ length, nullCount }) => [length ?? batch.rows, nullCount ?? 0])),
      structs(batch.spans?.(honest) ?? honest),
      batch.codec === undefined ? undefined : { table: [scalar(8, batch.codec)] },
      batch.variadicCounts && structs(batch.variadicCounts.map((count) => [count])),
    ],
  };
  const tree = writeFlatTree({
    table: [scalar(16, 4), scalar(8, batch.headerType ?? 3), recordBatch, scalar(64, end)],
  });
  const lead = batch.isUnmarked
    ? [int32(tree.length + 4), tree, new Uint8Array(4)]
    : [int32(-1), int32(tree.length), tree];
  return { message: concat(lead), body: concat(buffers) };
}

function structs(rows: readonly (readonly (number | bigint)[])[]): FlatNode {
  const numbers = BigInt64Array.from(rows.flat(), (value) => BigInt.asIntN(64, BigInt(value)));
  return { list: new Uint8Array(numbers.buffer), count: rows.length };
}

function pad(bytes: Uint8Array): Uint8Array {
  return concat([bytes, new Uint8Array((8 - (bytes.length % 8)) % 8)]);
}

function int32(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let end = 0;
  for (const chunk of chunks) {
    joined.set(chunk, end);
    end += chunk.length;
  }
  return joined;
}
