import { bitmapBytes, hasBit } from "../bitmap.ts";
import type { Column } from "../column.ts";
import { kinds } from "../field-kind.ts";
import { FrameError } from "../frame-error.ts";
import { corrupt } from "./flat-table.ts";
import type { ArrowBatch, ArrowField, ArrowNode } from "./read-file.ts";
import { readLargeTexts, readTexts, readViews, type ViewBudget } from "./read-texts.ts";
import type { ArrowLayout } from "./read-type.ts";
import { type Span, sliceSpan } from "./span.ts";

/**
 * The column of each field in one batch: views of the file where the buffers are aligned to their elements,
 * copies where they are not.
 *
 * @throws FrameError `arrow_corrupt`, `limit_exceeded`, `unequal_lengths`, `time_out_of_range`.
 */
export function readColumns(
  bytes: Uint8Array,
  fields: readonly ArrowField[],
  batch: ArrowBatch,
  budget: ViewBudget,
): Column[] {
  let nextBuffer = 0;
  let nextView = 0;
  const take = (name: string): Span => {
    const span = batch.buffers[nextBuffer++];
    if (span === undefined)
      throw corrupt(`field "${name}"`, 0, "a buffer", `the end of ${batch.buffers.length} buffers`);
    return span;
  };
  return fields.map((field, index) => {
    const { name, layout } = field;
    const node = batch.nodes[index];
    if (node === undefined || node.length !== batch.rows) {
      throw new FrameError(
        "unequal_lengths",
        `field "${name}": expected the ${batch.rows} rows of its batch, got ${node?.length ?? "none"}`,
      );
    }
    const validity = readValidity(bytes, name, node, take(name));
    // In a field without nulls Go reads it as a value, too.
    const column = { length: node.length, validity: field.nullable ? validity : undefined };
    if (layout.shape === "fixed") {
      return { ...column, data: readFixed(bytes, name, layout, node.length, take(name), validity) };
    }
    if (layout.shape === "text")
      return { ...column, ...readTexts(bytes, name, node.length, take(name), take(name)) };
    if (layout.shape === "largeText")
      return { ...column, ...readLargeTexts(bytes, name, node.length, take(name), take(name)) };
    const views = take(name);
    const blockCount = Math.min(batch.variadicCounts[nextView++] ?? 0, batch.buffers.length);
    const blocks = Array.from({ length: blockCount }, () => take(name));
    return { ...column, ...readViews(bytes, name, node.length, views, blocks, validity, budget) };
  });
}

function readValidity(
  bytes: Uint8Array,
  name: string,
  { length, nullCount }: ArrowNode,
  span: Span,
): Uint8Array | undefined {
  if (nullCount === 0) return undefined;
  return sliceSpan(bytes, `validity of field "${name}"`, span, bitmapBytes(length));
}

function readFixed(
  bytes: Uint8Array,
  name: string,
  layout: ArrowLayout,
  rows: number,
  span: Span,
  validity: Uint8Array | undefined,
): Column["data"] {
  const what = `field "${name}"`;
  if (layout.kind === "bool") return sliceSpan(bytes, what, span, bitmapBytes(rows));
  const { data } = kinds[layout.kind];
  const raw = sliceSpan(bytes, what, span, rows * data.BYTES_PER_ELEMENT);
  const isAligned = raw.byteOffset % data.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset } = isAligned ? raw : raw.slice();
  const values = new data(buffer as ArrayBuffer, byteOffset, rows);
  return layout.nsPerUnit === undefined || layout.nsPerUnit === 1n
    ? values
    : toNanoseconds(name, values as BigInt64Array, layout.nsPerUnit, validity);
}

/** The content of a null row has no meaning, so it need not fit. */
function toNanoseconds(
  name: string,
  values: BigInt64Array,
  nsPerUnit: bigint,
  validity: Uint8Array | undefined,
): BigInt64Array {
  return values.map((value, row) => {
    const ns = value * nsPerUnit;
    if (BigInt.asIntN(64, ns) === ns) return ns;
    if (validity !== undefined && !hasBit(validity, row)) return 0n;
    throw new FrameError(
      "time_out_of_range",
      `field "${name}", row ${row}: expected a time that 64 bits of nanoseconds can hold, got ${value} × ${nsPerUnit} ns`,
    );
  });
}
