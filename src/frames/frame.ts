import type { AnyField } from "./field.ts";
import type { FrameMeta } from "./frame-meta.ts";

/** A table of columns, which plugins answer with and panels show. */
export interface Frame {
  readonly name: string;
  /** The query that it answers; empty until it is sent, then the key of its response. */
  readonly refId: string;
  readonly meta: FrameMeta | undefined;
  readonly fields: readonly AnyField[];
  /** Number of rows, the same for each field. */
  readonly length: number;
}

/** Most fields of a decoded frame. A wide frame has one per series; a quarter of a million is beyond any use. */
export const maxFields: number = 2 ** 18;
