import { accessSync, constants, statSync } from "node:fs";

/** An eye on files that a build replaces. */
export interface FileWatch {
  /** Takes the files as they are now for what runs. */
  readonly accept: () => void;
  /** Looks at these files, too, in place of those of the last call. */
  readonly follow: (paths: readonly string[]) => void;
  /** Begins to look. */
  readonly start: () => void;
  readonly stop: () => void;
}

/** How often the files are looked at: a file that was alike twice in a row is complete. */
const intervalMs = 100;

/**
 * Calls `onChange` when one of the files is another one than it was, all are there with some content, and the first is
 * executable. Looks at the files instead of asking the system to tell: that sees every way to replace a file, through
 * symbolic links, removed directories and mounts that report nothing.
 *
 * A file that is followed need not be there when one of `paths` has changed: the new launcher may start another one.
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
      // What was looked at before the start is what was started; the rest is taken as it is now.
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
    // It is being replaced.
    return false;
  }
}
