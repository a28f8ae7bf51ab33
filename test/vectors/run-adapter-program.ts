import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { formatRequest, parseAnswer } from "./adapter-lines.ts";
import type { Answer, Vector } from "./vector.ts";

/**
 * Sends all vectors to an adapter and returns its answers, in the same order.
 *
 * @throws Error when the program does not answer every line, or exits with another code than 0; the error ends with
 *   what the program wrote to stderr last.
 */
export async function runAdapterProgram(
  [command, ...args]: readonly [string, ...string[]],
  vectors: readonly Vector[],
): Promise<Answer[]> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  const started = once(child, "spawn");
  const closed = once(child, "close");
  await started.catch((cause: unknown) => {
    throw new Error(`cannot start the adapter "${command}": build it first`, { cause });
  });
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-2000);
  });
  // An adapter that ends early breaks the pipe; its exit code says more.
  const sent = pipeline(
    Readable.from(vectors.map((vector) => `${formatRequest(vector)}\n`)),
    child.stdin,
  ).catch(() => undefined);
  const [code, signal] = await closed;
  await sent;

  const lines = Buffer.concat(stdout).toString().split("\n").filter(Boolean);
  if (code !== 0 || lines.length !== vectors.length) {
    const next = vectors[lines.length]?.id ?? "none";
    throw new Error(
      `the adapter "${command}" answered ${lines.length} of ${vectors.length} vectors and ended with ${signal ?? code}; the next one was ${next}; its stderr: ${stderr}`,
    );
  }
  return vectors.map((vector, index) => parseAnswer(lines[index] ?? "", vector));
}
