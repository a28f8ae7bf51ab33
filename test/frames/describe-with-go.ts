import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { FrameFormat } from "grafana-plugin-protocol/frames";
import type { Description } from "./describe.ts";

/** What a version of the Go SDK says of a frame. */
export interface GoAnswer {
  readonly name: string;
  readonly description?: Description;
  readonly error?: string;
}

/**
 * Lets a Go program describe frames, as test/go/README.md says under `cmd/frames describe`.
 *
 * @throws Error when the program did not answer to each of them
 */
export async function describeWithGo(
  command: string,
  args: readonly string[],
  format: FrameFormat,
  bytesByName: ReadonlyMap<string, Uint8Array>,
): Promise<Map<string, GoAnswer>> {
  const child = spawn(command, [...args], { stdio: ["pipe", "pipe", "inherit"] });
  const failed = new Promise<never>((_resolve, reject) => {
    child.once("error", reject);
    // The program ended before it had read all: it then lacks answers.
    child.stdin.on("error", () => {});
  });
  for (const [name, bytes] of bytesByName) {
    child.stdin.write(`${JSON.stringify({ name, format, base64: Buffer.from(bytes).toString("base64") })}\n`);
  }
  child.stdin.end();
  const answers = await Promise.race([readAnswers(child.stdout), failed]);
  const missing = [...bytesByName.keys()].find((name) => !answers.has(name));
  if (missing !== undefined)
    throw new Error(`expected an answer of ${command} to each frame, got none to ${missing}`);
  return answers;
}

async function readAnswers(output: NodeJS.ReadableStream): Promise<Map<string, GoAnswer>> {
  const answers = new Map<string, GoAnswer>();
  for await (const line of createInterface({ input: output })) {
    const answer = JSON.parse(line) as GoAnswer;
    answers.set(answer.name, answer);
  }
  return answers;
}
