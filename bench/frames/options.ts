import { parseArgs } from "node:util";

/** How the benchmark is run. */
export interface Options {
  readonly rounds: number;
  /** Measured runs of a case in one round, of which the median counts. */
  readonly runs: number;
  readonly only: RegExp;
  readonly json: boolean;
}

export const usage = `npm run bench:frames -- [--rounds 5] [--runs 5] [--only REGEXP] [--json]`;

/** @throws Error that says which option is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "5" },
      runs: { type: "string", default: "5" },
      only: { type: "string", default: "" },
      json: { type: "boolean", default: false },
    },
  });
  return {
    rounds: positive("--rounds", values.rounds),
    runs: positive("--runs", values.runs),
    only: new RegExp(values.only),
    json: values.json,
  };
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`${option} must be a whole number of at least 1, got "${text}"`);
}
