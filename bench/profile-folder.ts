import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";

/** Makes the folder of the option `--profile`, and gives its whole path; `undefined` without the option. */
export async function profileFolder(given: string | undefined): Promise<string | undefined> {
  if (given === undefined || given === "") return undefined;
  const folder = resolve(given);
  await mkdir(folder, { recursive: true });
  return folder;
}
