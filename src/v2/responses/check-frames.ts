import type { Frame } from "../../frames/frame.ts";
import { isThenable } from "../../handlers/is-thenable.ts";

/** Some rows of a frame. Rows with the same id belong to one frame and have the same fields. */
export interface FrameRows {
  /** Id of the frame within its query. */
  readonly frameId: string;
  readonly frame: Frame;
}

/** The rows of one query, as they arrive. */
export type Rows = AsyncIterable<Frame | FrameRows> | Iterable<Frame | FrameRows>;

/**
 * Checks and returns the frames of a query's answer.
 *
 * @throws TypeError for anything but a frame or a list of frames, such as the `undefined` of a missing `return`
 */
export function toFrames(refId: string, answered: unknown): readonly Frame[] {
  const expected = `query ${refId}: expected a frame or a list of frames`;
  if (isFrame(answered)) return [answered];
  if (!Array.isArray(answered)) throw new TypeError(`${expected}, got ${describe(answered)}`);
  const items: readonly unknown[] = answered;
  // By index, because a hole in the list is a missing frame.
  for (let index = 0; index < items.length; index++) {
    if (isFrame(items[index])) continue;
    leaveToItself(items);
    throw new TypeError(`${expected}, got ${describe(items[index])} as item ${index} of the list`);
  }
  return answered as readonly Frame[];
}

/**
 * @throws TypeError for a value that cannot be iterated, and for a text, whose items are not rows
 */
export function toRows(refId: string, answered: unknown): Rows {
  if (!isFrame(answered) && isIterable(answered)) {
    leaveToItself(answered);
    return answered as Rows;
  }
  const got = isFrame(answered) ? "a frame: return a list of it" : describe(answered);
  throw new TypeError(`query ${refId}: expected an iterable of frames, got ${got}`);
}

/** @throws TypeError for anything but a frame, or a frame with its id */
export function toFrameRows(
  refId: string,
  item: unknown,
): { readonly frameId?: string | undefined; readonly frame: Frame } {
  if (isFrame(item)) return { frame: item };
  const { frameId, frame } = (item ?? {}) as { readonly frameId?: unknown; readonly frame?: unknown };
  if (typeof frameId === "string" && isFrame(frame)) return { frameId, frame };
  throw new TypeError(`query ${refId}: expected a frame or { frameId, frame }, got ${describe(item)}`);
}

/** By its members, because it may come from another copy of this package. */
export function isFrame(value: unknown): value is Frame {
  if (typeof value !== "object" || value === null) return false;
  const { fields, length } = value as { readonly fields?: unknown; readonly length?: unknown };
  return Array.isArray(fields) && typeof length === "number";
}

export function isIterable(value: unknown): value is object {
  return (
    typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}

/** Promises in a list are not awaited; one that rejects later must not end the process. */
function leaveToItself(items: unknown): void {
  if (!Array.isArray(items)) return;
  for (const item of items) if (isThenable(item)) Promise.resolve(item).catch(() => {});
}

/** Describes the kind of a value without its content, which may be secret. */
function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  if (Array.isArray(value)) return "a list";
  if (isThenable(value)) return "a promise: await it";
  const keys = Object.keys(value);
  if (keys.length === 0) return "an object without fields";
  return `an object with ${keys.slice(0, 5).join(", ")}${keys.length > 5 ? ", …" : ""}`;
}
