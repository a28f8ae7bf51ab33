import type { FrameInit } from "./create-frame.ts";
import type { Frame } from "./frame.ts";
import { invalidArgument } from "./invalid-value.ts";
import { checkColumns, frameFromRows, type RowColumns } from "./rows.ts";

/**
 * Makes a frame from every `rowsPerFrame` rows (default 8192) of a sequence of any length, as they arrive: only those
 * rows are in memory at a time. Every frame has the same fields, nullable unless `columns` says otherwise. A sequence
 * without rows gives one frame without rows.
 *
 * @throws FrameError as `createField`.
 */
export async function* frameBatches<R extends object>(
  rows: AsyncIterable<R> | Iterable<R>,
  columns: RowColumns<R>,
  options: Omit<FrameInit, "fields"> & { readonly rowsPerFrame?: number | undefined } = {},
): AsyncGenerator<Frame> {
  const { rowsPerFrame = 8192, ...init } = options;
  if (!Number.isInteger(rowsPerFrame) || rowsPerFrame < 1) {
    throw invalidArgument("frameBatches: rowsPerFrame", "a whole number from 1 on", rowsPerFrame);
  }
  if (
    typeof rows !== "object" ||
    rows === null ||
    !(Symbol.asyncIterator in rows || Symbol.iterator in rows)
  ) {
    throw invalidArgument("frameBatches: the rows", "a sequence of objects", rows);
  }
  checkColumns("frameBatches", columns);
  const nullable = withNullable(columns);
  let batch: R[] = [];
  let hasFrame = false;
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < rowsPerFrame) continue;
    yield frameFromRows(batch, nullable, init);
    hasFrame = true;
    batch = [];
  }
  if (batch.length > 0 || !hasFrame) yield frameFromRows(batch, nullable, init);
}

/** Whether a row is null may differ from batch to batch, the type of a field may not. */
function withNullable<R>(columns: RowColumns<R>): RowColumns<R> {
  const entries = Object.entries(columns as Record<string, RowColumns<R>[keyof RowColumns<R>]>);
  return Object.fromEntries(
    entries.map(([property, spec]) => [
      property,
      typeof spec === "string" ? { kind: spec, nullable: true } : { nullable: true, ...(spec as object) },
    ]),
  ) as RowColumns<R>;
}
