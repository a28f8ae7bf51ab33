/** Finds whether a test that a page names is there, by reading its file: running all of them would take minutes. */
import { existsSync, readFileSync } from "node:fs";
import { root } from "../../scripts/readme/pages.ts";

/**
 * A test as a page names it: `` `host/close` "twice is one end" ``. A name that ends in `…` is a beginning; elsewhere `…`
 * stands for what the name is computed with.
 */
export interface NamedTest {
  /** Path below `test`, without its ending. */
  readonly file: string;
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

/** Says what is wrong with a reference; `undefined` when the test is there. */
export function missing({ file, name }: NamedTest): string | undefined {
  const source = sourceOf(file);
  if (source === undefined) return `there is no test/${file}.test.ts`;
  return titlesOf(source).some((title) => matches(title, name, source))
    ? undefined
    : `test/${file}.test.ts has no test "${name}"`;
}

function sourceOf(file: string): string | undefined {
  const url = new URL(`test/${file}.test.ts`, root);
  return existsSync(url) ? readFileSync(url, "utf8") : undefined;
}

const text = String.raw`"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'`;
const template = String.raw`\`(?:[^\`\\$]|\\.|\$(?!\{)|\$\{(?:[^{}]|\{[^{}]*\})*\})*\``;
const call = new RegExp(
  String.raw`\b(?:test|suite|testCell)\(\s*(?<title>${text}|${template}|[a-zA-Z(])`,
  "g",
);

/** What is passed as a name to `test` and `suite`. Where that is a variable, it may be any text of the file. */
function titlesOf(source: string): string[] {
  const titles = [...source.matchAll(call)].map(({ groups }) => groups?.["title"] ?? "");
  const isComputed = titles.some((title) => /^[a-zA-Z(]$/.test(title));
  return isComputed ? (source.match(new RegExp(`${text}|${template}`, "g")) ?? []) : titles;
}

const variable = /\$\{(?:[^{}]|\{[^{}]*\})*\}/g;

function matches(title: string, name: string, source: string): boolean {
  const inner = title.startsWith("`") ? title.slice(1, -1).replace(variable, "…") : title.slice(1, -1);
  if (inner === name || (name.endsWith("…") && inner.startsWith(name.slice(0, -1)))) return true;
  const parts = title.startsWith("`") ? inner.split("…") : [];
  // One that is hardly more than a variable could be anything.
  if (parts.join("").replace(/\W/g, "").length < 4) return false;
  const values = new RegExp(`^${parts.map(escapeRegExp).join("(.*)")}$`).exec(name)?.slice(1);
  return values?.every((value) => wordsOf(value).every((word) => hasWord(source, word))) ?? false;
}

function wordsOf(value: string): readonly string[] {
  return value.match(/[\w-]+/g) ?? [];
}

function hasWord(source: string, word: string): boolean {
  return new RegExp(`(?<![\\w-])${escapeRegExp(word)}(?![\\w-])`).test(source);
}

function escapeRegExp(part: string): string {
  return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
