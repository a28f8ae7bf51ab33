import { aboutMachine } from "./about-machine.ts";
import { type BenchLine, formatTable } from "./report.ts";
import { writeBlock } from "./write-block.ts";

/** The results of a benchmark in the forms that its options ask for. */
export interface Results {
  /** What `--json` prints, one object a line. */
  readonly lines: readonly BenchLine[];
  /** The table for people, and of docs/performance.md. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly rounds: number;
  /** The load of the machine before the run, of `currentLoad`. */
  readonly load: number;
}

/**
 * Prints the results of `npm run bench:<name>`, as a table or as JSON, and writes the table into docs/performance.md with
 * `--write`. A missed target is marked, and is not a failure.
 *
 * @throws Error when the page has no place for the table
 */
export async function printResults(
  name: string,
  { json, write }: { readonly json: boolean; readonly write: boolean },
  { lines, head, rows, rounds, load }: Results,
): Promise<void> {
  if (json) for (const line of lines) console.log(JSON.stringify(line));
  else console.log(formatTable(head, rows));
  if (write) await writeBlock(name, aboutMachine(rounds, load), [head, ...rows]);
}
