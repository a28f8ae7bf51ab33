import { bitmapBytes, hasBit } from "../bitmap.ts";
import type { Column } from "../columns/column.ts";
import { kinds } from "../field-kind.ts";
import { FrameError } from "../frame-error.ts";
import { corrupt } from "./flat-table.ts";
import type { ArrowBatch, ArrowField } from "./read-file.ts";
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
  const { nodes, buffers } = batch;
  let nextBuffer = 0;
  let nextView = 0;
  const take = (name: string): Span => {
    if (nextBuffer === buffers.length)
      throw corrupt(`field "${name}"`, 0, "a buffer", `the end of ${buffers.length / 2} buffers`);
    return { start: buffers[nextBuffer++] as number, length: buffers[nextBuffer++] as number };
  };
  return fields.map((field, index) => {
    const { name, layout } = field;
    const length = nodes[2 * index];
    if (length !== batch.rows) {
      throw new FrameError(
        "unequal_lengths",
        `field "${name}": expected the ${batch.rows} rows of its batch, got ${length ?? "none"}`,
      );
    }
    const span = take(name);
    const validity = nodes[2 * index + 1] === 0 ? undefined : readValidity(bytes, name, length, span);
    // In a field without nulls Go reads it as a value, too.
    const column = { length, validity: field.nullable ? validity : undefined };
    if (layout.shape === "fixed") {
      return {
        length,
        data: readFixed(bytes, name, layout, length, take(name), validity),
        validity: column.validity,
      };
    }
    if (layout.shape === "text")
      return { ...column, ...readTexts(bytes, name, length, take(name), take(name)) };
    if (layout.shape === "largeText")
      return { ...column, ...readLargeTexts(bytes, name, length, take(name), take(name)) };
    const views = take(name);
    const blockCount = Math.min(batch.variadicCounts[nextView++] ?? 0, buffers.length / 2);
    const blocks = Array.from({ length: blockCount }, () => take(name));
    return { ...column, ...readViews(bytes, name, length, views, blocks, validity, budget) };
  });
}

function readValidity(bytes: Uint8Array, name: string, rows: number, span: Span): Uint8Array {
  return sliceSpan(bytes, `validity of field "${name}"`, span, bitmapBytes(rows));
}

function readFixed(
  bytes: Uint8Array,
  name: string,
  layout: ArrowLayout,
  rows: number,
  span: Span,
  validity: Uint8Array | undefined,
): Column["data"] {
  const { kind } = layout;
  const { data } = kinds[kind];
  const needed = kind === "bool" ? bitmapBytes(rows) : rows * data.BYTES_PER_ELEMENT;
  if (span.length < needed) {
    throw corrupt(`field "${name}"`, span.start, `${needed} bytes`, String(span.length));
  }
  const start = bytes.byteOffset + span.start;
  const isAligned = start % data.BYTES_PER_ELEMENT === 0;
  const { buffer } = isAligned ? bytes : bytes.slice(span.start, span.start + needed);
  const count = kind === "bool" ? needed : rows;
  const values = new data(buffer as ArrayBuffer, isAligned ? start : 0, count);
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
