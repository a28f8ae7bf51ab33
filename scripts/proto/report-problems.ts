/** Prints the problems and what to do about them, and lets the process end with exit code 1; silent when there are none. */
export function reportProblems(problems: readonly string[], advice: string): void {
  if (problems.length === 0) return;
  for (const problem of problems) console.error(problem);
  console.error(advice);
  process.exitCode = 1;
}
