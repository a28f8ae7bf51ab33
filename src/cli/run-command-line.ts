import { readFile } from "node:fs/promises";
import type { Output } from "./output.ts";
import { usageError } from "./usage-error.ts";

const commands = {
  conformance: "conformance [options] -- <executable> [arguments]",
  serve: "serve --plugins DIR [options]",
} as const;

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
    case "serve": {
      const { serve } = await import("./serve/serve.ts");
      return serve(rest, output);
    }
    case "--help":
    case "-h":
      output.print(help());
      return 0;
    case "--version":
      output.print(await version());
      return 0;
    default:
      throw usageError(
        `expected the command conformance or serve, got ${JSON.stringify(command ?? "")}: try grafana-plugin-protocol --help`,
      );
  }
}

function help(): string {
  return [
    ...Object.values(commands).map((usage) => `grafana-plugin-protocol ${usage}`),
    "",
    "conformance checks a plugin or a host from outside; serve puts plugins behind Grafana's HTTP API.",
    "Try: grafana-plugin-protocol conformance --help, grafana-plugin-protocol serve --help",
    "grafana-plugin-protocol --version prints the version of the package.",
  ].join("\n");
}

/** Reads the version from package.json, two folders above this file in `src` and in `dist`. */
async function version(): Promise<string> {
  const described: unknown = JSON.parse(
    await readFile(new URL("../../package.json", import.meta.url), "utf8"),
  );
  return (described as { readonly version: string }).version;
}
