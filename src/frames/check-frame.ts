import { isMadeField } from "./field-from-column.ts";
import { kinds } from "./field-kind.ts";
import type { Frame } from "./frame.ts";
import { invalidArgument } from "./invalid-value.ts";

/**
 * Checks that an argument is a frame, for callers in JavaScript.
 *
 * @throws FrameError `invalid_value`.
 */
export function checkFrame(caller: string, frame: Frame): void {
  if (typeof frame !== "object" || frame === null) {
    throw invalidArgument(caller, "a frame, as createFrame makes it", frame);
  }
  checkText(`${caller}: the frame's name`, frame.name);
  checkText(`${caller}: the frame's refId`, frame.refId);
  checkFields(caller, frame.fields);
  if (!Number.isInteger(frame.length)) {
    throw invalidArgument(`${caller}: the frame's length`, "the number of rows", frame.length);
  }
}

export function checkFields(caller: string, fields: unknown): void {
  if (!Array.isArray(fields)) {
    throw invalidArgument(
      `${caller}: the frame's fields`,
      "a list of fields, as createField makes them",
      fields,
    );
  }
  // Not for...of, which is slow on lists of mixed values.
  for (let i = 0; i < fields.length; i++) {
    const field: unknown = fields[i];
    if (!isField(field)) {
      throw invalidArgument(`${caller}: field ${i}`, "a field, as createField makes it", field);
    }
  }
}

function isField(field: unknown): boolean {
  if (typeof field !== "object" || field === null) return false;
  const { kind, name, length } = field as { kind?: unknown; name?: unknown; length?: unknown };
  return (
    typeof name === "string" &&
    typeof kind === "string" &&
    Number.isInteger(length) &&
    // A look at the list of kinds takes longer than all else, and is for those that were not made here.
    (isMadeField(field) || Object.hasOwn(kinds, kind))
  );
}

export function checkText(what: string, value: unknown): void {
  if (typeof value !== "string") throw invalidArgument(what, "a string", value);
}
