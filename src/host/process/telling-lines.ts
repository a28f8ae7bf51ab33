/** Collects the lines of a program's stderr that say why it exited. */
interface TellingLines {
  readonly push: (line: string) => void;
  /** At most two, oldest first; empty if no line looks like a crash. */
  readonly lines: () => readonly string[];
}

/** Matches the line of a crash that says what happened, for the runtimes in which plugins are written. */
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
  // Node's cause of it: "fetch failed" says nothing without.
  /^\s*\[cause\]: /,
  /^error: (Uncaught|Cannot|Module|Script) /i,
  // Ruby.
  /^\S+:\d+:in .*\(\S+(Error|Exception)\)$/,
  // The system's loader, if a library or a symbol is missing.
  /: (error while loading shared libraries|symbol lookup error|version `\S+' not found)/,
];

/** Lines that follow the relevant one and have no information of their own. */
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

/** Finds the lines of a crash while stderr is read: a stack trace may be longer than the lines that are kept. */
export function createTellingLines(): TellingLines {
  let found: string[] = [];
  /** The relevant line comes after this one. */
  let expected: "python" | "rust" | undefined;
  const keep = (line: string): void => {
    found = [...found, line.trimStart()].slice(-2);
  };
  return {
    push: (line) => {
      if (expected === "rust") {
        expected = undefined;
        keep(line);
        return;
      }
      if (expected === "python") {
        // Frames of a stack are indented, the line after them is not.
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

/** Whether a line has information of its own. */
export function isTelling(line: string): boolean {
  return !noise.some((pattern) => pattern.test(line));
}
