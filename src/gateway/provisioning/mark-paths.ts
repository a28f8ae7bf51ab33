import { statSync } from "node:fs";
import { errorCode } from "../../errors.ts";
import { fingerprintOf, isSettledAt } from "./read-small-file.ts";

/** Paths as they were at one time. */
export interface PathMarks {
  /** Whether they are the same now: the same files and folders, last changed at the same time. */
  readonly areSame: () => boolean;
}

/**
 * Marks files and folders, so that a later look needs one call of the system for each: a folder's time is that of the last
 * change of its names. Links are followed.
 *
 * @param now milliseconds since 1970
 * @returns `undefined` if one of them has changed so recently that another change may not show
 */
export function markPaths(paths: Iterable<string>, now: number = Date.now()): PathMarks | undefined {
  const marks: (readonly [path: string, mark: string])[] = [];
  for (const path of paths) {
    const mark = markOf(path, now);
    if (mark === undefined) return undefined;
    marks.push([path, mark]);
  }
  return { areSame: () => marks.every(([path, mark]) => markOf(path) === mark) };
}

/** @param settledAt `undefined` to take the mark however new it is */
function markOf(path: string, settledAt?: number): string | undefined {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return "";
    if (settledAt !== undefined && !isSettledAt(stats, settledAt)) return undefined;
    return fingerprintOf(stats);
  } catch (reason) {
    // Such as a link to itself.
    return errorCode(reason) ?? "unknown";
  }
}
