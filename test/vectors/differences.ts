import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../scripts/proto/run-tool.ts";
import type { Deviation } from "./judge-answer.ts";
import type { AdapterRun, Finding } from "./run-adapter.ts";
import type { Form } from "./vector.ts";

/** A difference that is known, from differences.json. */
export interface Difference {
  /** What stands in the table's notes, e.g. `unknown fields are lost`. */
  readonly name: string;
  /** Whose it is and why it stays. */
  readonly why: string;
  /** Names of adapters. */
  readonly languages: readonly string[];
  readonly form?: Form;
  readonly deviations: readonly Deviation[];
  /** A regular expression that the whole name of the case matches, e.g. `hostile-as-.*|empty`. */
  readonly cases: string;
  /** A regular expression for `<message>/<field>`; default: any. */
  readonly fields?: string;
}

/** A run, with each finding explained or not. */
export interface ExplainedRun {
  /** By difference, only those that were seen. */
  readonly explained: ReadonlyMap<Difference, readonly Finding[]>;
  readonly unexplained: readonly Finding[];
  /** Differences of the language that no vector shows any more. */
  readonly stale: readonly Difference[];
}

export async function readDifferences(): Promise<readonly Difference[]> {
  return JSON.parse(await readFile(join(packageRoot, "test", "vectors", "differences.json"), "utf8"));
}

/** Gives each finding the first difference that describes it. */
export function explain(
  language: string,
  { findings }: AdapterRun,
  differences: readonly Difference[],
): ExplainedRun {
  const own = differences.filter(({ languages }) => languages.includes(language));
  const patterns = new Map(own.map((difference) => [difference, toPatterns(difference)]));
  const explained = new Map<Difference, Finding[]>();
  const unexplained: Finding[] = [];
  for (const finding of findings) {
    const found = own.find((difference) => {
      const [form, message, field, name = ""] = finding.vector.id.split("/");
      const pattern = patterns.get(difference);
      return (
        (difference.form === undefined || difference.form === form) &&
        difference.deviations.includes(finding.deviation) &&
        pattern?.cases.test(name) === true &&
        pattern.fields.test(`${message}/${field}`)
      );
    });
    if (found === undefined) unexplained.push(finding);
    else explained.set(found, [...(explained.get(found) ?? []), finding]);
  }
  return { explained, unexplained, stale: own.filter((difference) => !explained.has(difference)) };
}

function toPatterns({ cases, fields = ".*" }: Difference): {
  readonly cases: RegExp;
  readonly fields: RegExp;
} {
  return { cases: new RegExp(`^(?:${cases})$`), fields: new RegExp(`^(?:${fields})$`) };
}
