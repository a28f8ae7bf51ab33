import { FrameError } from "./frame-error.ts";
import { describeValue } from "./kind-of-value.ts";

/** Makes the error for a value that does not fit its field. */
export function invalidValue(name: string, row: number, expected: string, value: unknown): FrameError {
  return new FrameError(
    "invalid_value",
    `field "${name}", row ${row}: expected ${expected}, got ${describeValue(value)}`,
  );
}

/** Makes the error for an argument of the wrong type, which callers in JavaScript may pass. */
export function invalidArgument(what: string, expected: string, value: unknown): FrameError {
  return new FrameError("invalid_value", `${what}: expected ${expected}, got ${describeValue(value)}`);
}
