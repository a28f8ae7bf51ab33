import { existsSync, lstatSync, readlinkSync, type Stats } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, parse, resolve, sep } from "node:path";

/** As many symbolic links as Linux follows in one path. */
const maxLinks = 40;

/**
 * Makes sure that nobody but this user and the system's own can replace what lies in a directory: not by the directory
 * itself, not by a directory or a symbolic link on the way to it. A directory that others can write to is fine with the
 * sticky bit, as `/tmp` has it: then they can only replace what is theirs. Write permission of the group of this
 * process is fine, too, because many systems give each user a group of its own.
 *
 * Two kinds of directories are taken as they are. A directory below the system's temporary one is not held responsible
 * for that one, which nobody chose. And a volume of a container (a mount that root owns) may be one that everybody can
 * write to, as Kubernetes makes them: there is no better one in it, and no other user.
 *
 * @throws Error that says who can write where, and what to do.
 */
export function checkDirectory(directory: string): void {
  const path = resolve(directory);
  // What is not there is told by the attempt to use it.
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
  // Where a container hides who root is, it is the owner of the root directory.
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
  const who = others ? "others" : `the members of the group ${gid}`;
  throw new Error(
    `${who} can write to ${what} (mode 0${(mode & 0o7777).toString(8)}) and could replace the socket: ` +
      `run chmod ${others ? "o-w" : "g-w"} on it, or chmod +t as /tmp has it`,
  );
}

/** Whether another file system begins there than that of the directory above. */
function isMount(path: string, { dev }: Stats): boolean {
  return path !== parse(path).root && lstatSync(dirname(path)).dev !== dev;
}

/** Every directory and symbolic link that the system passes on its way to the path, and the path itself. */
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
