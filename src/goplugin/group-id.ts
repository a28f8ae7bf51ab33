import { readFileSync } from "node:fs";

/**
 * The id of a group that is given by number or by a name of `/etc/group`. Groups that only a directory service knows are
 * to be given by number: looking them up takes the system's C library.
 *
 * @returns `undefined` when there is no such group.
 */
export function groupId(group: string, groupFile: string = "/etc/group"): number | undefined {
  if (/^\d{1,10}$/.test(group)) {
    // One more is how the system writes "no change".
    return Number(group) < 2 ** 32 - 1 ? Number(group) : undefined;
  }
  const fields = readText(groupFile)
    .split("\n")
    .map((line) => line.split(":"));
  const id = fields.find(([name]) => name === group)?.[2];
  return id !== undefined && /^\d{1,10}$/.test(id) ? Number(id) : undefined;
}

/** A system without the file has no groups by name. */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
