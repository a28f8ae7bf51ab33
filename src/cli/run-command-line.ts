import type { Output } from "./conformance/conformance.ts";
import { usageError } from "./conformance/usage-error.ts";

const usage = "grafana-plugin-protocol conformance [options] -- <executable> [arguments]";

/**
 * Runs one command of the command line.
 *
 * @returns the exit code
 * @throws the error of `usageError` for arguments that are not right
 */
export async function runCommandLine(args: readonly string[], output: Output): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case "conformance": {
      const { conformance } = await import("./conformance/conformance.ts");
      return conformance(rest, output);
    }
    case "--help":
    case "-h":
      output.print(`${usage}\n\nTry: grafana-plugin-protocol conformance --help`);
      return 0;
    default:
      throw usageError(`expected the command conformance, got ${JSON.stringify(command ?? "")}: ${usage}`);
  }
}
