import { existsSync, lstatSync, readlinkSync, type Stats } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, parse, resolve, sep } from "node:path";

/** As many symbolic links as Linux follows in one path. */
const maxLinks = 40;

/**
 * Checks that only this user and root can replace files in a directory, through the directory itself or through a
 * directory or symbolic link on the path to it. A directory that other users can write to is accepted with the sticky
 * bit, as on `/tmp`: then they can only replace their own files. Write permission for this process's group is also
 * accepted, because many systems give each user its own group.
 *
 * Two kinds of directories are not checked. The system's temporary directory is not checked for directories below it,
 * because the caller did not choose it. And a volume of a container (a mount that root owns) may be writable for all
 * users, as Kubernetes makes it: such a container has no better directory and no other user.
 *
 * @throws Error that names the directory and its writers, and says what to do.
 */
export function checkDirectory(directory: string): void {
  const path = resolve(directory);
  // A missing directory is reported by the attempt to use it.
  if (!existsSync(path)) return;
  const temporary = resolve(tmpdir());
  const spared = path === temporary ? [] : ancestors(temporary);
  for (const entry of entriesOnTheWay(path)) {
    if (!spared.includes(entry.path)) check(entry.path, entry.info);
  }
}

function check(path: string, info: Stats): void {
  const { uid, gid, mode } = info;
  const isLink = info.isSymbolicLink();
  // In a container with a user namespace, root is the owner of the root directory.
  const isRoots = uid === 0 || uid === lstatSync(parse(path).root).uid;
  const isTrusted = isRoots || uid === process.geteuid?.();
  const what = `${isLink ? "the symbolic link" : "the directory"} "${path}"`;
  if (!isTrusted) {
    throw new Error(`${what} belongs to the user ${uid}, who could replace the socket: make it your own`);
  }
  if (isLink || (mode & 0o1000) !== 0) return;
  if (isRoots && isMount(path, info)) return;
  const others = (mode & 0o002) !== 0;
  const group = (mode & 0o020) !== 0 && gid !== process.getegid?.();
  if (!others && !group) return;
  const who = others ? "other users" : `the members of the group ${gid}`;
  throw new Error(
    `${who} can write to ${what} (mode 0${(mode & 0o7777).toString(8)}) and could replace the socket: ` +
      `run chmod ${others ? "o-w" : "g-w"} on it, or chmod +t, as on /tmp`,
  );
}

/** Whether the path is a mount point: its file system differs from that of its parent. */
function isMount(path: string, { dev }: Stats): boolean {
  return path !== parse(path).root && lstatSync(dirname(path)).dev !== dev;
}

/** Every directory and symbolic link on the path, and the path itself. */
function* entriesOnTheWay(path: string): Generator<{ readonly path: string; readonly info: Stats }> {
  let at = parse(path).root;
  let links = 0;
  const names = namesOf(path);
  yield { path: at, info: lstatSync(at) };
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const next = name === ".." ? dirname(at) : join(at, name);
    const info = lstatSync(next);
    yield { path: next, info };
    if (!info.isSymbolicLink()) {
      at = next;
      continue;
    }
    links++;
    if (links > maxLinks) throw new Error(`too many symbolic links on the way to "${path}"`);
    const target = readlinkSync(next);
    if (target.startsWith(sep)) at = parse(path).root;
    names.unshift(...namesOf(target));
  }
}

function namesOf(path: string): string[] {
  return path.split(sep).filter((name) => name !== "" && name !== ".");
}

/** The path and every directory above it. */
function ancestors(path: string): string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...ancestors(above)];
}
