import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { errorCode, messageOf } from "../../errors.ts";
import { readSmallFile, type SmallFile } from "./read-small-file.ts";

/** Most files of one folder; real ones have a few. */
const maxFiles = 1000;

/** Files at one time. */
export interface Snapshot {
  readonly files: ReadonlyMap<string, SmallFile>;
  /** Why a file or folder cannot be read, by its path. */
  readonly faults: ReadonlyMap<string, string>;
}

/** The folders that a provisioning path may have files in. The first one is the path itself, which may also be a file. */
export function foldersOf(path: string): readonly [string, ...string[]] {
  const root = resolve(path);
  return [root, join(root, "datasources"), join(root, "plugins")];
}

/**
 * Finds the files of a provisioning path: a file, or the `*.yaml` and `*.yml` of a folder, sorted by name as by Grafana,
 * then those of its folders `datasources` and `plugins`.
 */
export function findFiles(path: string): {
  readonly paths: readonly string[];
  readonly faults: Snapshot["faults"];
} {
  const faults = new Map<string, string>();
  const [root, ...inner] = foldersOf(path);
  if (!isFolder(root, false)) return { paths: [root], faults };
  const paths = [root, ...inner.filter((each) => isFolder(each, true))].flatMap((folder) => {
    try {
      const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
      if (names.length > maxFiles) {
        faults.set(folder, `has ${names.length} files: expected at most ${maxFiles}`);
        return [];
      }
      return names.sort().map((name) => join(folder, name));
    } catch (reason) {
      faults.set(folder, `cannot be read (${errorCode(reason) ?? messageOf(reason)})`);
      return [];
    }
  });
  return { paths, faults };
}

/**
 * Reads the files of a provisioning path, and further ones.
 *
 * @param before an earlier snapshot, whose unchanged files are not read again
 */
export function takeSnapshot(path: string, further: readonly string[], before?: Snapshot): Snapshot {
  const { paths, faults: found } = findFiles(path);
  const files = new Map<string, SmallFile>();
  const faults = new Map(found);
  for (const each of new Set([...paths, ...further])) {
    // A folder that cannot be read is among the further ones of the next snapshot.
    if (faults.has(each)) continue;
    try {
      files.set(each, readSmallFile(each, before?.files.get(each)));
    } catch (reason) {
      faults.set(each, messageOf(reason));
    }
  }
  return { files, faults };
}

/** Whether two snapshots have the same files with the same contents. */
export function isSameSnapshot(one: Snapshot, other: Snapshot): boolean {
  return (
    one.files.size === other.files.size &&
    one.faults.size === other.faults.size &&
    [...one.files].every(([path, { text }]) => other.files.get(path)?.text === text) &&
    [...one.faults].every(([path, why]) => other.faults.get(path) === why)
  );
}

/** @param otherwise for a path that cannot be looked at, such as a link to itself: reading it tells the reason */
function isFolder(path: string, otherwise: boolean): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return otherwise;
  }
}
