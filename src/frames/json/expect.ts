import { describeJson } from "../describe-json.ts";
import { FrameError } from "../frame-error.ts";

export type Json = { readonly [key: string]: unknown };

/** Checks that a value is an object; throws a `FrameError` that names the place, as the others here. */
export function object(place: string, value: unknown): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong(place, "an object", value);
  return value as Json;
}

export function list(place: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(place, "a list", value);
  return value;
}

/** A list that may be absent or null, and then is empty. */
export function listOrNone(place: string, value: unknown): readonly unknown[] {
  return value === undefined || value === null ? [] : list(place, value);
}

/** A text that may be absent or null, and then is empty. */
export function textOrNone(place: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw wrong(place, "a string", value);
  return value;
}

export function wrong(place: string, expected: string, value: unknown): FrameError {
  return new FrameError("json_invalid", `${place}: expected ${expected}, got ${describeJson(value)}`);
}
