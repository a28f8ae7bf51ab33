/** A test as a page names it: `` `host/close` "closing a plugin twice is one end" ``. */
export interface NamedTest {
  /** Path below `test`, without its ending. */
  readonly file: string;
  /** The title of a test or a suite; `…` stands for any text. */
  readonly name: string;
}

/** All tests that a text names. Several names may follow one file, with commas between. */
export function namedTests(text: string): NamedTest[] {
  const references = text.matchAll(/`(?<file>[\w/-]+)`(?<names>(?:,? "[^"]+")+)/g);
  return [...references].flatMap(({ groups }) => {
    const names = groups?.["names"]?.matchAll(/"([^"]+)"/g) ?? [];
    return [...names].map(([, name]) => ({ file: groups?.["file"] ?? "", name: name ?? "" }));
  });
}

/** The titles of a test file that were run, and whether some were skipped. */
interface RunTests {
  readonly titles: readonly string[];
  /** A suite that is skipped does not tell the titles of its tests. */
  readonly hasSkipped: boolean;
}

/** By path below `test`, without `.test.ts`: what a run of the tests had. */
export type TestRun = Readonly<Record<string, RunTests>>;

/** Whether a test that a page names was in a run: `"unknown"` when its file was skipped in part. */
export function findTest({ file, name }: NamedTest, run: TestRun): "found" | "missing" | "unknown" {
  const tests = run[file];
  if (tests === undefined) return "missing";
  const pattern = new RegExp(`^${name.split("…").map(escapeRegExp).join(".+")}$`, "s");
  if (tests.titles.some((title) => pattern.test(title))) return "found";
  return tests.hasSkipped ? "unknown" : "missing";
}

function escapeRegExp(part: string): string {
  return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
