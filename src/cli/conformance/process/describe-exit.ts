import type { Exit } from "./start-process.ts";

/** How a process ended, for a person. */
export function describeExit(exit: Exit | undefined): string {
  if (exit === undefined) return "it still runs";
  return exit.signal === null ? `exit code ${exit.code}` : `it was ended by ${exit.signal}`;
}
