import type { TestContext } from "node:test";
import { type Program, runProgram, sourceProgram } from "./run-program.ts";

const fixture = new URL("../plugin/fixtures/developed.ts", import.meta.url);

/** The plugin of the fixtures that a developer runs, as something to launch. */
export function developedPlugin(...args: string[]): { command: string; args: string[] } {
  return { command: process.execPath, args: sourceProgram(fixture, ...args) };
}

/** Runs it by itself. */
export function runDeveloped(
  t: TestContext,
  env: Readonly<Record<string, string | undefined>>,
  ...args: string[]
): Program {
  const { command, args: all } = developedPlugin(...args);
  return runProgram(t, command, all, env);
}
