import { readFile } from "node:fs/promises";

/**
 * The id of a group that is given by number or by a name of `/etc/group`. Groups that only a directory service knows are
 * to be given by number: looking them up takes the system's C library.
 *
 * @returns `undefined` when there is no such group.
 */
export async function groupId(group: string, groupFile: string = "/etc/group"): Promise<number | undefined> {
  if (/^\d{1,10}$/.test(group)) {
    // One more is how the system writes "no change".
    return Number(group) < 2 ** 32 - 1 ? Number(group) : undefined;
  }
  const lines = await readFile(groupFile, "utf8").catch(() => "");
  const fields = lines.split("\n").map((line) => line.split(":"));
  const id = fields.find(([name]) => name === group)?.[2];
  return id !== undefined && /^\d{1,10}$/.test(id) ? Number(id) : undefined;
}
