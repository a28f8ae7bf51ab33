import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Output } from "../output.ts";
import { type Check, leftOut } from "./check.ts";
import { pluginChecks } from "./checks/all-checks.ts";
import { chooseChecks } from "./choose-checks.ts";
import { hostChecks } from "./host/all-host-checks.ts";
import { createHostWorld } from "./host/host-world.ts";
import { isBad, judge } from "./judge.ts";
import { listChecks } from "./list-checks.ts";
import { type Options, optionHelp, parseOptions } from "./options.ts";
import { formatJson } from "./report-json.ts";
import { formatResult, formatSummary } from "./report-text.ts";
import { type Result, runChecks } from "./run-checks.ts";
import { createWorld } from "./world.ts";

/**
 * `grafana-plugin-protocol conformance`: checks a plugin, or a host, from outside.
 *
 * @returns the exit code: 0 conforms, 1 does not
 * @throws the error of `usageError` for arguments that are not right
 */
export async function conformance(
  args: readonly string[],
  { print }: Pick<Output, "print">,
): Promise<number> {
  const options = parseOptions(args);
  if (options === undefined) {
    print(help());
    return 0;
  }
  const list: readonly Omit<Check, "run">[] = options.isHost ? hostChecks : pluginChecks;
  chooseChecks(list, options.expectedFailures, "--expected-failures");
  const chosen = chooseChecks(list, options.only);
  if (options.isList) {
    print(listChecks(chosen));
    return 0;
  }
  // A plugin makes its socket with the mode that the umask leaves.
  process.umask(0o022);
  const folder = mkdtempSync(join(tmpdir(), "gpp-conformance-"));
  return options.isHost ? checkHost(options, folder, print) : checkPlugin(options, folder, print);
}

async function checkPlugin(options: Options, folder: string, print: Output["print"]): Promise<number> {
  const world = createWorld(options, folder);
  const checks = chooseChecks(pluginChecks, options.only);
  return report(options, print, world.end, (onResult) => runChecks(checks, world, onResult));
}

async function checkHost(options: Options, folder: string, print: Output["print"]): Promise<number> {
  const world = createHostWorld(options, folder);
  const checks = chooseChecks(hostChecks, options.only);
  return report(options, print, world.end, async (onResult) => {
    const results: Result[] = [];
    const { events } = await world.perform("watch");
    const isStarted = events.length > 0;
    for (const check of checks) {
      const canRun = isStarted || check.name === "host.starts";
      const outcome = canRun
        ? await check.run(world)
        : leftOut("the plugin was not started: see host.starts");
      const result = { check, outcome };
      results.push(result);
      onResult(result);
    }
    return results;
  });
}

/** Runs checks, prints what they give, and ends everything, at a signal, too. */
async function report(
  options: Options,
  print: Output["print"],
  end: () => Promise<void> | void,
  run: (onResult: (result: Result) => void) => Promise<readonly Result[]>,
): Promise<number> {
  const leave = (signal: NodeJS.Signals): void => {
    void Promise.resolve(end()).finally(() => process.kill(process.pid, signal));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, leave);
  try {
    const results = await run((result) => {
      if (!options.isJson) print(formatResult(result, judge(result, options)));
    });
    const judged = results.map((result) => ({ result, verdict: judge(result, options) }));
    const verdicts = judged.map(({ verdict }) => verdict);
    const isConforming = !verdicts.some(isBad);
    print(options.isJson ? formatJson(options.command, judged, isConforming) : formatSummary(verdicts));
    return isConforming ? 0 : 1;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, leave);
    await end();
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
