// Asks the registry for advisories about the production dependencies (npm audit). Fails when there are some of severity
// high or critical. A registry that does not answer the question, such as a mirror, is said in one line.
import { fileURLToPath } from "node:url";
import { runCommand } from "../run-command.ts";

/** What an answer of `npm audit --json` means. */
interface Verdict {
  /** Advisories of severity high or critical, one line each. */
  readonly problems: readonly string[];
  /** Why there is no answer; `undefined` with one. */
  readonly leftOut: string | undefined;
}

interface Audit {
  readonly message?: string;
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: string; readonly via: readonly unknown[] }>
  >;
}

/** Reads what `npm audit --json` printed, which may have lines of npm before the JSON. */
export function readAudit(output: string): Verdict {
  const text = output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1);
  let audit: Audit = {};
  try {
    audit = JSON.parse(text);
  } catch {
    // It is no answer.
  }
  const { vulnerabilities, message } = audit;
  if (vulnerabilities === undefined) {
    const [line = ""] = (message ?? output).split("\n");
    return { problems: [], leftOut: `the registry does not answer npm audit: ${line.slice(0, 200)}` };
  }
  const problems = Object.entries(vulnerabilities)
    .filter(([, { severity }]) => severity === "high" || severity === "critical")
    .map(([name, { severity, via }]) => `${name} has an advisory of severity ${severity}: ${describe(via)}`);
  return { problems, leftOut: undefined };
}

/** The advisories, or the dependencies through which they apply. */
function describe(via: readonly unknown[]): string {
  return via
    .map((each) =>
      typeof each === "object" && each !== null && "title" in each ? String(each.title) : String(each),
    )
    .join(", ");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const { output } = await runCommand("npm", ["audit", "--omit=dev", "--json"], root);
  const { problems, leftOut } = readAudit(output);
  if (leftOut !== undefined) console.log(`left out: ${leftOut}`);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
