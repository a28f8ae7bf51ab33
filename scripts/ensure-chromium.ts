import { existsSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.ts";

const root = join(import.meta.dirname, "..");

/**
 * Where Chromium is. Debian's is installed if there is none and this user may install it.
 *
 * @throws Error where it cannot be installed
 */
export async function ensureChromium(): Promise<string> {
  const chromium = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  if (existsSync(chromium)) return chromium;
  for (const args of [["update"], ["install", "--yes", "--no-install-recommends", "chromium"]]) {
    const { ok, output } = await runCommand("apt-get", args, root, {
      ...process.env,
      DEBIAN_FRONTEND: "noninteractive",
    });
    if (!ok) throw new Error(`found no Chromium at ${chromium}, and apt-get ${args[0]} failed: ${output}`);
  }
  return chromium;
}
