import { type RoundsOptions, readRoundsOptions, roundsUsage } from "../rounds-options.ts";

const defaultRounds = 5;

/** Options of the benchmark. */
export interface Options extends RoundsOptions {
  /** Writes the table of docs/performance.md as well. */
  readonly write: boolean;
}

export const usage: string = `${roundsUsage("gateway", defaultRounds)} [--write]`;

/** @throws Error that says which option is wrong. */
export function readOptions(args: readonly string[]): Options {
  const others = args.filter((arg) => arg !== "--write");
  return { ...readRoundsOptions(others, defaultRounds), write: others.length < args.length };
}
