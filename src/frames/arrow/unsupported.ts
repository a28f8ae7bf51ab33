import { FrameError } from "../frame-error.ts";

/**
 * What is valid Arrow and not part of data frames.
 *
 * @param advice what the writer of the file can do
 */
export function unsupported(what: string, expected: string, seen: string, advice: string): FrameError {
  return new FrameError("arrow_unsupported", `${what}: expected ${expected}, got ${seen}: ${advice}`);
}
