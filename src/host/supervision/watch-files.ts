import { accessSync, constants, statSync } from "node:fs";

/** An eye on files that a build replaces. */
export interface FileWatch {
  /** Takes the files as they are now for what runs. */
  readonly accept: () => void;
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
 * @param paths the executable, then other files
 */
export function watchFiles(paths: readonly string[], onChange: () => void): FileWatch {
  const look = (): string => paths.map(fingerprint).join("\n");
  let accepted = look();
  let seen = accepted;
  let timer: NodeJS.Timeout | undefined;
  return {
    accept: () => {
      accepted = look();
    },
    start: () => {
      timer = setInterval(() => {
        const before = seen;
        seen = look();
        if (seen === accepted || seen !== before || !isComplete(paths)) return;
        accepted = seen;
        onChange();
      }, intervalMs);
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
