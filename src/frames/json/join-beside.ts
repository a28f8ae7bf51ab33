import type { Beside, Entities } from "./write-column.ts";

/** What JSON cannot hold in some rows of a column. */
export interface Found {
  /** The first of the rows. */
  readonly start: number;
  readonly beside: Beside;
}

/** What JSON cannot hold in a column, from what it cannot hold in its slices. */
export function joinBeside(rows: number, found: readonly Found[]): Beside | undefined {
  if (found.length === 0) return undefined;
  let nanos: Int32Array | undefined;
  let entities: Entities | undefined;
  for (const { start, beside } of found) {
    if (beside.nanos !== undefined) {
      nanos ??= new Int32Array(rows);
      nanos.set(beside.nanos, start);
    }
    if (beside.entities !== undefined) {
      // Those of the first slice may lack some, and their order counts.
      entities = {
        NaN: joinRows(entities?.NaN, beside.entities.NaN, start),
        Inf: joinRows(entities?.Inf, beside.entities.Inf, start),
        NegInf: joinRows(entities?.NegInf, beside.entities.NegInf, start),
      };
    }
  }
  return { nanos, entities };
}

function joinRows(
  rows: number[] | undefined,
  more: readonly number[] | undefined,
  start: number,
): number[] | undefined {
  if (more === undefined) return rows;
  const joined = rows ?? [];
  for (const row of more) joined.push(start + row);
  return joined;
}
