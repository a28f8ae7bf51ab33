import { FrameError } from "./frame-error.ts";
import { describeValue } from "./kind-of-value.ts";

/** What is thrown for a value that does not fit its field. */
export function invalidValue(name: string, row: number, expected: string, value: unknown): FrameError {
  return new FrameError(
    "invalid_value",
    `field "${name}", row ${row}: expected ${expected}, got ${describeValue(value)}`,
  );
}

/** What is thrown for an argument of another kind, which callers in JavaScript may give. */
export function invalidArgument(what: string, expected: string, value: unknown): FrameError {
  return new FrameError("invalid_value", `${what}: expected ${expected}, got ${describeValue(value)}`);
}
