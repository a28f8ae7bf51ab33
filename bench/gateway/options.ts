import { type RoundsOptions, readRoundsOptions, roundsUsage } from "../rounds-options.ts";

const defaultRounds = 5;

/** Options of the benchmark. */
export type Options = RoundsOptions;

export const usage: string = roundsUsage("gateway", defaultRounds);

/** @throws Error that says which option is wrong. */
export function readOptions(args: readonly string[]): Options {
  return readRoundsOptions(args, defaultRounds);
}
