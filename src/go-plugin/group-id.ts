import { readFileSync } from "node:fs";

/**
 * The id of a group that is given by number or by a name of `/etc/group`. Groups of a directory service have to be
 * given by number: looking them up needs the system's C library.
 *
 * @returns `undefined` if the group does not exist.
 */
export function groupId(group: string, groupFile: string = "/etc/group"): number | undefined {
  if (/^\d{1,10}$/.test(group)) {
    // The next number means "no change" to the system.
    return Number(group) < 2 ** 32 - 1 ? Number(group) : undefined;
  }
  const fields = readText(groupFile)
    .split("\n")
    .map((line) => line.split(":"));
  const id = fields.find(([name]) => name === group)?.[2];
  return id !== undefined && /^\d{1,10}$/.test(id) ? Number(id) : undefined;
}

/** Empty on a system without the file. */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
