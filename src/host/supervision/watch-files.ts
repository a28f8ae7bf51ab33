import { accessSync, constants, statSync } from "node:fs";

/** Watches files that a build replaces. */
export interface FileWatch {
  /** Makes the current files the baseline. */
  readonly accept: () => void;
  /** Also watches these files, instead of those of the last call. */
  readonly follow: (paths: readonly string[]) => void;
  /** Starts to poll. */
  readonly start: () => void;
  readonly stop: () => void;
}

/** Poll interval: a file that is unchanged in two polls in a row is complete. */
const intervalMs = 100;

/**
 * Calls `onChange` when one of the files differs from the baseline, all exist and are not empty, and the first is
 * executable. Polls the files instead of subscribing to file system events: polling detects every kind of replacement,
 * through symbolic links, removed directories and mounts without events.
 *
 * A followed file may be missing when one of `paths` has changed: the new launcher may start another file.
 *
 * @param paths the executable, then other files
 */
export function watchFiles(paths: readonly string[], onChange: () => void): FileWatch {
  let followed: readonly string[] = [];
  const look = (): ReadonlyMap<string, string> =>
    new Map([...paths, ...followed].map((path) => [path, fingerprint(path)]));
  let accepted = look();
  let seen = accepted;
  let timer: NodeJS.Timeout | undefined;
  const onTime = (): void => {
    const before = seen;
    seen = look();
    const changed = [...seen.keys()].filter((path) => seen.get(path) !== accepted.get(path));
    if (changed.length === 0 || [...seen].some(([path, is]) => before.get(path) !== is)) return;
    const needed = paths.some((path) => changed.includes(path)) ? paths : [...seen.keys()];
    if (!isComplete(needed)) return;
    accepted = seen;
    onChange();
  };
  return {
    accept: () => {
      accepted = look();
    },
    follow: (more) => {
      followed = more.filter((path) => !paths.includes(path));
      // Files polled before the start are the ones that were started; the others get their current state as baseline.
      accepted = new Map([
        ...look(),
        ...[...accepted].filter(([path]) => [...paths, ...followed].includes(path)),
      ]);
    },
    start: () => {
      timer = setInterval(onTime, intervalMs);
    },
    stop: () => clearInterval(timer),
  };
}

function fingerprint(path: string): string {
  try {
    const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs].join();
  } catch {
    return "";
  }
}

function isComplete(paths: readonly string[]): boolean {
  const [executable = ""] = paths;
  try {
    accessSync(executable, constants.X_OK);
    return paths.every((path) => statSync(path).size > 0);
  } catch {
    // The file is being replaced.
    return false;
  }
}
