import type { Column } from "../columns/column.ts";
import { createFrame } from "../create-frame.ts";
import type { AnyField } from "../field.ts";
import { fieldFromColumn } from "../field-from-column.ts";
import { type FieldKind, kinds } from "../field-kind.ts";
import type { Frame } from "../frame.ts";
import { inflateBatch, inflateBudget } from "./inflate-batch.ts";
import { joinColumns } from "./join-columns.ts";
import { readColumns } from "./read-columns.ts";
import { type ArrowField, readArrowFile } from "./read-file.ts";
import { viewBudget } from "./read-texts.ts";
import { readFieldTexts, readMeta } from "./wire-entries.ts";

/**
 * Reads a frame from an Arrow file. The file is not trusted, and its size bounds the work.
 *
 * The columns are views of `input` if the file is aligned to 8 bytes in its buffer, and keep it in memory. For a small
 * file that is not aligned they are views of a copy.
 *
 * apache-arrow's reader is not used: it may loop forever on a broken file, and of several fields with one name it gives
 * the first one the type of the last.
 */
export function decodeArrow(input: Uint8Array): Frame {
  const bytes = alignSmall(input);
  const file = readArrowFile(bytes);
  const budget = viewBudget(bytes.length);
  const inflated = inflateBudget(bytes.length);
  const batches = file.batches.map((batch) => {
    if (batch.codec === undefined) return readColumns(bytes, file.fields, batch, budget);
    const plain = inflateBatch(bytes, batch, inflated);
    budget.left += plain.bytes.length;
    return readColumns(plain.bytes, file.fields, plain.batch, budget);
  });
  const [only] = batches;
  const fields = file.fields.map((field, i) => {
    const { kind } = field.layout;
    if (only === undefined) return toField(field, emptyColumn(kind));
    if (batches.length === 1) return toField(field, only[i] as Column);
    return toField(
      field,
      joinColumns(
        kind,
        batches.map((columns) => columns[i] as Column),
      ),
    );
  });
  return createFrame({
    name: file.metadata.get("name"),
    refId: file.metadata.get("refId"),
    meta: readMeta(file.metadata.get("meta")),
    fields,
  });
}

/** Up to this size one copy of the file is cheaper than memory for each column, which costs garbage collection. */
const smallBytes = 2 ** 15;

function alignSmall({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  // A Buffer's slice() is not a copy and would stay unaligned.
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return byteOffset % 8 === 0 || byteLength > smallBytes ? bytes : bytes.slice();
}

function emptyColumn(kind: FieldKind): Column {
  const hasOffsets = kind === "string" || kind === "json";
  return { length: 0, data: new kinds[kind].data(0), ...(hasOffsets ? { offsets: new Int32Array(1) } : {}) };
}

function toField(field: ArrowField, column: Column): AnyField {
  const { name, nullable } = field;
  const { kind } = field.layout;
  const { labels, config } = readFieldTexts(name, field.labels, field.config);
  return fieldFromColumn(name, kind, column.length, column, { nullable, labels, config }) as AnyField;
}
