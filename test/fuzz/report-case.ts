import { writeSync } from "node:fs";

/** How a case ended: with a word for the counts, or with an error and what it says. */
export type CaseEnd = readonly ["end" | "error", string];

/** What a child of a fuzz program tells its parent, which is `watchChild`: a line each on stdout. */
export interface CaseReporter {
  /** Before the first case. */
  readonly ready: () => void;
  /** Before the next case is taken, so that the parent knows at which one the child hangs or dies. Ends a child too large. */
  readonly ended: (index: number, end: CaseEnd) => void;
}

/** @param maxBytes what the process may have had in memory at the most */
export function createCaseReporter(maxBytes: number): CaseReporter {
  return {
    ready: () => say(["ready"]),
    ended: (index, end) => {
      // The peak never falls, so that after one case too large a new process has to judge the next.
      const peakBytes = process.resourceUsage().maxRSS * 1024;
      const isTooLarge = peakBytes > maxBytes;
      const told = isTooLarge ? ["memory", `peak of ${Math.ceil(peakBytes / 2 ** 20)} MiB`] : end;
      say([...told, index, peakBytes]);
      if (isTooLarge) process.exit(0);
    },
  };
}

/** The end of a case that threw. */
export function failedBy(reason: unknown): CaseEnd {
  return ["error", reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)];
}

/** At once: what still waits in a stream is lost when the process is killed. */
function say(line: readonly unknown[]): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
