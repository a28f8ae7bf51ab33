import { writeSync } from "node:fs";

/** Stdout of a plugin, where the host expects the handshake line and nothing else. */
export interface GuardedStdout {
  /** Writes one line to the real stdout. */
  readonly print: (line: string) => void;
  /** Gives stdout back to the program. */
  readonly restore: () => void;
}

/**
 * Sends all that the program writes to `process.stdout`, `console.log` included, to stderr, where hosts
 * read logs. One stray line before the handshake would make every host give the plugin up.
 *
 * Not covered: what was printed before, and child processes that inherit stdout.
 */
export function guardStdout(): GuardedStdout {
  const { stdout, stderr } = process;
  const own = Object.getOwnPropertyDescriptor(stdout, "write");
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write;
  return {
    print: (line) => {
      writeSync(1, `${line}\n`);
    },
    restore: () => {
      if (own === undefined) Reflect.deleteProperty(stdout, "write");
      else Object.defineProperty(stdout, "write", own);
    },
  };
}
