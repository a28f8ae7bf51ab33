import { readFileSync } from "node:fs";

/**
 * The paths below a directory at which the system knows listening unix sockets, sorted. Tools that tidy up, such as
 * systemd-tmpfiles, take any other socket file for left behind.
 */
export function boundPaths(directory: string): string[] {
  const listening = "00010000";
  const paths = readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .map((line) => /^\S+ \S+ \S+ (\S+) \S+ \S+ +\d+ (.+)$/.exec(line) ?? [])
    .flatMap(([, flags, path]) => (flags === listening && path !== undefined ? [path] : []))
    .filter((path) => path.startsWith(`${directory}/`));
  return [...new Set(paths)].toSorted();
}
