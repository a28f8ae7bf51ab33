import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Command } from "../../interop/cell.ts";

/** What the Go host answers to a call: messages in ProtoJSON, or a status. */
export interface GoAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: a message of any type
  readonly messages: readonly any[];
  readonly code?: string;
  readonly error?: string;
}

export interface GoCall {
  readonly method: string;
  readonly request: object;
}

/** Starts a plugin with the Go host `call`, makes the calls, and stops it. */
export async function callPlugin(
  host: string,
  major: number,
  plugin: Command,
  calls: readonly GoCall[],
): Promise<readonly GoAnswer[]> {
  const child = spawn(host, ["-major", String(major), "--", plugin.command, ...plugin.args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.end(calls.map((call) => `${JSON.stringify(call)}\n`).join(""));
  const [code] = (await closed) as [number | null];
  const [answers, log] = await output;
  if (code !== 0) throw new Error(`the Go host call: expected exit code 0, got ${code}: ${log}`);
  return answers.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as GoAnswer]));
}
