import { execFile } from "node:child_process";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { type Program, runProgram } from "../../helpers/run-program.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const binary = join(root, ".build", "go", "socks");

/** Builds `test/go/tools/socks`; Go's cache makes that cheap from the second time on. */
export async function buildSocksProxy(): Promise<void> {
  const cwd = join(root, "test", "go", "tools", "socks");
  await promisify(execFile)("go", ["build", "-o", binary, "."], { cwd });
}

/** A SOCKS5 proxy that others have written, with its address and what it was asked for. */
export async function startSocksProxy(
  t: TestContext,
  args: readonly string[] = [],
): Promise<{ readonly address: string; readonly asked: () => readonly string[]; readonly program: Program }> {
  const program = runProgram(t, binary, args, {}, "pipe");
  const address = await program.firstLine();
  const asked = (): readonly string[] => program.stdout().trimEnd().split("\n").slice(1);
  return { address, asked, program };
}
