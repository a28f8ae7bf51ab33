import { lstatSync, type Stats } from "node:fs";

/**
 * The file at a path that the other side named. `undefined` if there is none, or if the path cannot lead to one because
 * it is too long, goes through a file or in circles: nothing can listen there either.
 */
export function fileAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
