import { readFile, realpath } from "node:fs/promises";

/**
 * The noexec mount point that a file is on; `undefined` if its mount allows execution, or where the system does not
 * say.
 */
export async function noexecMount(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    const mounts = (await readFile("/proc/self/mountinfo", "utf8"))
      .split("\n")
      .map((line) => line.split(" "));
    let nearest = { point: "", options: "" };
    for (const [, , , , escaped, options = ""] of mounts) {
      if (escaped === undefined) continue;
      // Blanks and the like are written in octal.
      const point = escaped.replace(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      );
      const isAbove = real.startsWith(point.endsWith("/") ? point : `${point}/`);
      // Of several mounts at one point the last one counts.
      if (isAbove && point.length >= nearest.point.length) nearest = { point, options };
    }
    return nearest.options.split(",").includes("noexec") ? nearest.point : undefined;
  } catch {
    return undefined;
  }
}
