import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pluginChecks } from "./checks/all-checks.ts";
import { chooseChecks } from "./choose-checks.ts";
import { isBad, judge } from "./judge.ts";
import { listChecks } from "./list-checks.ts";
import { type Options, optionHelp, parseOptions } from "./options.ts";
import { formatJson } from "./report-json.ts";
import { formatResult, formatSummary } from "./report-text.ts";
import { runChecks } from "./run-checks.ts";
import { createWorld } from "./world.ts";

/** Where the command prints. */
export interface Output {
  readonly print: (line: string) => void;
}

/**
 * `grafana-plugin-protocol conformance`: checks a plugin, or a host, from outside.
 *
 * @returns the exit code: 0 conforms, 1 does not
 * @throws the error of `usageError` for arguments that are not right
 */
export async function conformance(args: readonly string[], { print }: Output): Promise<number> {
  const options = parseOptions(args);
  if (options === undefined) {
    print(help());
    return 0;
  }
  const all = pluginChecks;
  chooseChecks(all, options.expectedFailures, "--expected-failures");
  const checks = chooseChecks(all, options.only);
  if (options.isList) {
    print(listChecks(checks));
    return 0;
  }
  return checkPlugin(options, checks, print);
}

async function checkPlugin(
  options: Options,
  checks: Parameters<typeof runChecks>[0],
  print: Output["print"],
): Promise<number> {
  const world = createWorld(options, mkdtempSync(join(tmpdir(), "gpp-conformance-")));
  const leave = (signal: NodeJS.Signals): void => {
    void world.end().finally(() => process.kill(process.pid, signal));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, leave);
  try {
    const results = await runChecks(checks, world, (result) => {
      if (!options.isJson) print(formatResult(result, judge(result, options)));
    });
    const judged = results.map((result) => ({ result, verdict: judge(result, options) }));
    const verdicts = judged.map(({ verdict }) => verdict);
    const isConforming = !verdicts.some(isBad);
    print(options.isJson ? formatJson(options.command, judged, isConforming) : formatSummary(verdicts));
    return isConforming ? 0 : 1;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, leave);
    await world.end();
  }
}

function help(): string {
  const width = Math.max(...optionHelp.map(([flag]) => flag.length));
  return [
    "grafana-plugin-protocol conformance [options] -- <executable> [arguments]",
    "",
    "Checks a backend plugin from outside, in any language. Exit code: 0 it conforms, 1 it does not, 2 wrong usage.",
    "",
    ...optionHelp.map(([flag, text]) => `  ${flag.padEnd(width)}  ${text}`),
  ].join("\n");
}
