import { parseArgs } from "node:util";
import { wholeNumber } from "../../test/helpers/whole-number.ts";

/** Options of the benchmark. */
export interface Options {
  readonly rounds: number;
  readonly only: RegExp;
  readonly json: boolean;
  /** Runs everything as briefly as possible: shows that it works, not how fast. */
  readonly quick: boolean;
  /** A folder for the CPU profiles of the Node programs. */
  readonly profile: string | undefined;
}

export const usage =
  "npm run bench:rpc -- [--rounds 5] [--only REGEXP] [--json] [--quick] [--profile FOLDER]";

/** @throws Error that says which option is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "5" },
      only: { type: "string", default: "" },
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
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
