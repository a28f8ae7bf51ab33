import { parseArgs } from "node:util";
import { wholeNumber } from "../../test/helpers/whole-number.ts";

/** Options of the benchmark. */
export interface Options {
  readonly rounds: number;
  /** Measured runs of a case in one round; their median counts. */
  readonly runs: number;
  readonly only: RegExp;
  readonly json: boolean;
  /** Writes the table of docs/performance.md as well. */
  readonly write: boolean;
}

export const usage = `npm run bench:frames -- [--rounds 5] [--runs 5] [--only REGEXP] [--json] [--write]`;

/** @throws Error that says which option is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "5" },
      runs: { type: "string", default: "5" },
      only: { type: "string", default: "" },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  return {
    rounds: wholeNumber("--rounds", values.rounds, 1),
    runs: wholeNumber("--runs", values.runs, 1),
    only: new RegExp(values.only),
    json: values.json,
    write: values.write,
  };
}
