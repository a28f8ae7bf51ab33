import { FrameError } from "./frame-error.ts";

/** What is thrown for a value that does not fit its field. */
export function invalidValue(name: string, row: number, expected: string, value: unknown): FrameError {
  return new FrameError(
    "invalid_value",
    `field "${name}", row ${row}: expected ${expected}, got ${describeValue(value)}`,
  );
}

/** In few words. The text of an object may be as long and as deep as it likes, so it is not made. */
function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 100));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null) return "null";
  if (typeof value === "object" || typeof value === "function") return typeof value;
  return `${typeof value} ${String(value).slice(0, 100)}`;
}
