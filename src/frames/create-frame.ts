import { checkFields, checkText } from "./check-frame.ts";
import type { AnyField } from "./field.ts";
import type { Frame } from "./frame.ts";
import { FrameError } from "./frame-error.ts";
import type { FrameMeta } from "./frame-meta.ts";
import { showFrame } from "./inspect-frame.ts";
import { invalidArgument } from "./invalid-value.ts";

/** Input of `createFrame`. */
export interface FrameInit {
  readonly name?: string | undefined;
  readonly refId?: string | undefined;
  readonly meta?: FrameMeta | undefined;
  readonly fields: readonly AnyField[];
}

/**
 * Makes a frame from fields.
 *
 * @throws FrameError `unequal_lengths` if the fields differ in their number of rows, which would crash a Go host;
 *   `invalid_value` for invalid members.
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
  const odd = findOtherLength(fields, length);
  if (odd !== -1) {
    throw new FrameError(
      "unequal_lengths",
      `frame "${name}": expected each field to have the ${length} rows of field 0 "${fields[0]?.name}", ` +
        `got ${fields[odd]?.length} in field ${odd} "${fields[odd]?.name}"`,
    );
  }
  return showFrame({ name, refId, meta, fields, length });
}

/** Not by `findIndex`, whose callback takes most of the time of a frame of many fields. */
function findOtherLength(fields: readonly AnyField[], length: number): number {
  for (let i = 0; i < fields.length; i++) if (fields[i]?.length !== length) return i;
  return -1;
}
