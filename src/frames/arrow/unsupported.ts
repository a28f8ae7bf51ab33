import { FrameError } from "../frame-error.ts";

/**
 * Makes the error for valid Arrow that data frames do not have.
 *
 * @param advice for the writer of the file
 */
export function unsupported(what: string, expected: string, seen: string, advice: string): FrameError {
  return new FrameError("arrow_unsupported", `${what}: expected ${expected}, got ${seen}: ${advice}`);
}
