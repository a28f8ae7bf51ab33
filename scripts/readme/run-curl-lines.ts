import { runCommand } from "../run-command.ts";
import type { CurlLine } from "./curl-lines.ts";

/**
 * Runs `curl` lines against a server in the place of the one that they name, and compares what they print.
 *
 * @throws Error with the first line that prints something else
 */
export async function runCurlLines(lines: readonly CurlLine[], url: string): Promise<void> {
  for (const { command, prints } of lines) {
    const real = command
      .replaceAll("http://127.0.0.1:3000", url)
      .replace(/^curl /, "curl --silent --show-error ");
    const { output } = await runCommand("sh", ["-c", real], ".");
    if (output !== prints) throw new Error(`${command}\nexpected: ${prints}\ngot: ${output}`);
  }
}
