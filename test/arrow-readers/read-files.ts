import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What a reader says of a file: what it found, or why it found nothing. */
export interface Answer {
  readonly error?: string;
  readonly text?: string;
  readonly metadata?: unknown;
  readonly fields?: readonly SeenField[];
}

export interface SeenField {
  readonly name: string;
  readonly type: string;
  readonly nullable?: boolean;
  readonly metadata?: unknown;
  readonly values: readonly (string | null)[];
}

/** Reads files with one reader, in order. A file at which the process ends gets that as its error, and another goes on. */
export async function readFiles(
  python: string,
  reader: string,
  paths: readonly string[],
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < paths.length) {
    answers.push(...(await readUntilEnd(python, reader, paths.slice(answers.length))));
    if (answers.length < paths.length) answers.push({ error: "the process of the reader ended" });
  }
  return answers;
}

async function readUntilEnd(python: string, reader: string, paths: readonly string[]): Promise<Answer[]> {
  const program = join(import.meta.dirname, "read_frames.py");
  // What a reader prints of its panics is in its answer.
  const child = spawn(python, [program, reader], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.on("error", () => {
    // The process ended; how far it came shows in its answers.
  });
  child.stdin.end(paths.map((path) => `${path}\n`).join(""));
  const answers: Answer[] = [];
  for await (const line of createInterface({ input: child.stdout })) answers.push(JSON.parse(line) as Answer);
  return answers;
}
