import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Command, Report } from "./cell.ts";

/** A line that a host prints. */
interface Outcome {
  readonly case: string;
  readonly ok: boolean;
  readonly detail?: string;
}

/** Runs a host that is a program of its own, and reports each line that it prints and then its end. */
export async function runHostProgram(
  name: string,
  { command, args }: Command,
  env: Readonly<Record<string, string | undefined>>,
  report: Report,
): Promise<void> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const stderr: string[] = [];
  child.stderr.on("data", (bytes: Buffer) => stderr.push(bytes.toString()));
  const exited = once(child, "exit");
  let reported = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const outcome = JSON.parse(line) as Outcome;
    reported++;
    await report(outcome.case, () => assert.ok(outcome.ok, outcome.detail));
  }
  const [code] = (await exited) as [number | null];
  await report(`${name} ends well`, () => {
    const text = stderr.join("").slice(-2000);
    assert.ok(reported > 0, `expected ${name} to report cases; stderr: ${text}`);
    assert.equal(code, 0, text);
  });
}
