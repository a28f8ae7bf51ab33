import { checkFields, checkText } from "./check-frame.ts";
import type { AnyField } from "./field.ts";
import { FrameError } from "./frame-error.ts";
import type { FrameMeta } from "./frame-meta.ts";
import { showFrame } from "./inspect-frame.ts";
import { invalidArgument } from "./invalid-value.ts";

/** A table by columns: what plugins answer with and panels show. */
export interface Frame {
  readonly name: string;
  /** The query that it answers; empty until it is sent, then the key of its response. */
  readonly refId: string;
  readonly meta: FrameMeta | undefined;
  readonly fields: readonly AnyField[];
  /** Number of rows, the same for each field. */
  readonly length: number;
}

/** How many fields are read of bytes from others. A wide frame has one for each series: nobody looks at a quarter of a million. */
export const maxFields: number = 2 ** 18;

/** What a frame is made of. */
export interface FrameInit {
  readonly name?: string | undefined;
  readonly refId?: string | undefined;
  readonly meta?: FrameMeta | undefined;
  readonly fields: readonly AnyField[];
}

/**
 * Makes a frame of fields.
 *
 * @throws FrameError `unequal_lengths` when they have not all the same number of rows: encoded all the
 *   same, such a frame would crash a Go host; `invalid_value` for what is not a frame's.
 */
export function createFrame(init: FrameInit): Frame {
  if (typeof init !== "object" || init === null) {
    throw invalidArgument("createFrame", "an object with fields", init);
  }
  const { name = "", refId = "", meta, fields } = init;
  checkText("createFrame: the frame's name", name);
  checkText("createFrame: the frame's refId", refId);
  checkFields("createFrame", fields);
  const length = fields[0]?.length ?? 0;
  const odd = fields.findIndex((field) => field.length !== length);
  if (odd !== -1) {
    throw new FrameError(
      "unequal_lengths",
      `frame "${name}": expected each field to have the ${length} rows of field 0 "${fields[0]?.name}", ` +
        `got ${fields[odd]?.length} in field ${odd} "${fields[odd]?.name}"`,
    );
  }
  return showFrame({ name, refId, meta, fields, length });
}
