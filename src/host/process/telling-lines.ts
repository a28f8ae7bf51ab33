/** The lines of a program's stderr that say why it ended. */
export interface TellingLines {
  readonly push: (line: string) => void;
  /** At most two, oldest first; none when no line looks like a crash. */
  readonly lines: () => readonly string[];
}

/** The line of a crash that says what happened, for the runtimes that plugins are written in. */
const crashHeads: readonly RegExp[] = [
  // Go; "fatal error" also of C compilers and Swift.
  /^(panic|fatal error|FATAL|Fatal error): /,
  // Rust, whose next line has the message.
  /^thread '.*' (\(\d+\) )?panicked at /,
  // Java and Kotlin, .NET.
  /^Exception in thread /,
  /^Caused by: /,
  /^Unhandled exception/i,
  // Node, Deno, Bun, Python, and Java without its thread.
  /^(Uncaught )?([\w$]+\.)*[\w$]*(Error|Exception|Interrupt)( \[\w+\])?(: |$)/,
  /^error: (Uncaught|Cannot|Module|Script) /i,
  // Ruby.
  /^\S+:\d+:in .*\(\S+(Error|Exception)\)$/,
  // The system's loader, which has no library or no symbol for it.
  /: (error while loading shared libraries|symbol lookup error|version `\S+' not found)/,
];

/** Lines that follow the one that counts, and say nothing by themselves. */
const noise: readonly RegExp[] = [
  /^[\s{}()[\],;^~|]*$/,
  /^Node\.js v\d/,
  /^node:internal\//,
  /^\s+triggerUncaughtException\(/,
  /^\s+at /,
  /^\s+\^/,
  /^goroutine \d+ \[/,
  /^note: run with `RUST_BACKTRACE/,
  /^\(Use `node --trace/,
  /^exit status \d+$/,
];

/** Finds the lines of a crash as they pass: a trace may be longer than what is kept of stderr. */
export function createTellingLines(): TellingLines {
  let found: string[] = [];
  /** The line of interest comes after this one. */
  let expected: "python" | "rust" | undefined;
  const keep = (line: string): void => {
    found = [...found, line].slice(-2);
  };
  return {
    push: (line) => {
      if (expected === "rust") {
        expected = undefined;
        keep(line);
        return;
      }
      if (expected === "python") {
        // Frames are indented, and what ends them is not.
        if (line === "" || /^\s/.test(line)) return;
        expected = undefined;
        keep(line);
        return;
      }
      if (line === "Traceback (most recent call last):") expected = "python";
      else if (crashHeads.some((head) => head.test(line))) {
        keep(line);
        if (/^thread '/.test(line) && line.endsWith(":")) expected = "rust";
      }
    },
    lines: () => found,
  };
}

/** Whether a line says something by itself. */
export function isTelling(line: string): boolean {
  return !noise.some((pattern) => pattern.test(line));
}
