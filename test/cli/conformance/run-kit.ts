import { join } from "node:path";
import { conformance } from "../../../src/cli/conformance/conformance.ts";

/** A check of a report that `--json` prints. */
export interface ReportedCheck {
  readonly name: string;
  readonly verdict: string;
  readonly seen?: string;
  readonly why?: string;
}

/** What a run of the command gave. */
export interface KitRun {
  readonly exitCode: number;
  readonly printed: string;
  readonly checks: readonly ReportedCheck[];
  /** The names of the checks with this verdict. */
  readonly names: (verdict: string) => readonly string[];
}

/** Runs `conformance --json` in this process. */
export async function runKit(...args: readonly string[]): Promise<KitRun> {
  const lines: string[] = [];
  const exitCode = await conformance(["--json", ...args], { print: (line) => lines.push(line) });
  const printed = lines.join("\n");
  const { checks }: { checks: readonly ReportedCheck[] } = JSON.parse(printed);
  return {
    exitCode,
    printed,
    checks,
    names: (verdict) => checks.filter((check) => check.verdict === verdict).map(({ name }) => name),
  };
}

/** What the checks of queries and streams need, for the plugin with faults. */
export const faultPluginOptions: readonly string[] = [
  "--query",
  join(import.meta.dirname, "fault-plugin", "query.json"),
  "--stream",
  "any",
];

/** The command that starts the plugin with a fault; of no check: without. */
export function faultPlugin(fault: string): readonly string[] {
  return [
    "env",
    `FAULT=${fault}`,
    process.execPath,
    "--conditions=grafana-plugin-protocol-source",
    join(import.meta.dirname, "fault-plugin", "main.ts"),
  ];
}
