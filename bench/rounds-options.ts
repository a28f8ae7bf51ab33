import { parseArgs } from "node:util";
import { wholeNumber } from "../test/helpers/whole-number.ts";

/** Options of a benchmark that runs in rounds. */
export interface RoundsOptions {
  readonly rounds: number;
  readonly only: RegExp;
  readonly json: boolean;
  /** Runs everything as briefly as possible: shows that it works, not how fast. */
  readonly quick: boolean;
  /** Writes the table of docs/performance.md as well. */
  readonly write: boolean;
  /** A folder for the CPU profiles of the Node programs. */
  readonly profile: string | undefined;
}

/** How such a benchmark is called. */
export function roundsUsage(name: string, rounds: number): string {
  return `npm run bench:${name} -- [--rounds ${rounds}] [--only REGEXP] [--json] [--quick] [--write] [--profile FOLDER]`;
}

/**
 * @param rounds the default
 * @throws Error that says which option is wrong.
 */
export function readRoundsOptions(args: readonly string[], rounds: number): RoundsOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: String(rounds) },
      only: { type: "string", default: "" },
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      profile: { type: "string" },
    },
  });
  return {
    ...values,
    rounds: wholeNumber("--rounds", values.rounds, 1),
    only: new RegExp(values.only),
    profile: values.profile,
  };
}
