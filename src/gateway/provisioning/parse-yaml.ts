import type { Alias, LineCounter, Node, Scalar, YAMLMap, YAMLSeq } from "yaml";
import type { YamlPackage } from "./load-yaml.ts";
import type { Place, YamlNode, YamlPair, YamlScalar } from "./yaml-node.ts";

/**
 * Longest text, deepest nesting, and most values, of a file that is read. Real ones have some kB, a few levels and some
 * hundred values. The package parses some texts in a time that grows with the square of their length: seconds, for the
 * longest here.
 */
export const yamlBounds = { characters: 262_144, depth: 100, values: 100_000 } as const;

/** What is wrong with a text as YAML. Its message has nothing of the text, which may be secret. */
export interface YamlFault {
  readonly at: Place;
  readonly message: string;
}

/** A text as YAML: the first document, as Grafana reads it. */
export interface ParsedYaml {
  /** `undefined` for an empty document. */
  readonly root: YamlNode | undefined;
  /** What is odd. */
  readonly faults: readonly YamlFault[];
}

/** Parses YAML without typing its scalars. @throws the {@link YamlFault} that makes it unreadable. */
export function parseYaml(yaml: YamlPackage, text: string): ParsedYaml {
  if (text.length > yamlBounds.characters) {
    const most = `expected at most ${yamlBounds.characters} characters, got ${text.length}`;
    throw fault({ line: 1, column: 1 }, `${most}: put long values into files of $__file`);
  }
  const lines = new yaml.LineCounter();
  const documents = parseDocuments(yaml, lines, text);
  const [first, second] = documents;
  if (first === undefined) return { root: undefined, faults: [] };
  const [error] = first.errors;
  if (error !== undefined) {
    throw fault(placeAt(lines, error.pos[0]), meanings[error.code] ?? "this is not YAML");
  }
  const faults: YamlFault[] = [];
  if (second !== undefined) {
    const at = placeAt(lines, second.range?.[0] ?? 0);
    faults.push({ at, message: "only the first document of a file is read, as by Grafana" });
  }
  const { contents } = first;
  if (contents === null) return { root: undefined, faults };
  return { root: createReader(yaml, lines, faults)(contents as Node), faults };
}

function parseDocuments(yaml: YamlPackage, lineCounter: LineCounter, text: string) {
  try {
    const parsed = yaml.parseAllDocuments(text, {
      lineCounter,
      // The package's own texts of errors quote the file.
      prettyErrors: false,
      logLevel: "silent",
      // Every scalar is a text; how Go types them is in scalar-value.ts.
      schema: "failsafe",
      resolveKnownTags: false,
      uniqueKeys: false,
    });
    return "empty" in parsed ? [] : parsed;
  } catch {
    throw fault({ line: 1, column: 1 }, "this is nested too deeply to be read");
  }
}

/** Turns the nodes of the package into ours. */
function createReader(
  { isAlias, isMap, isPair, isScalar, isSeq }: YamlPackage,
  lines: LineCounter,
  faults: YamlFault[],
): (root: Node) => YamlNode {
  const anchors = new Map<string, YamlNode | undefined>();
  let left: number = yamlBounds.values;
  const placeOf = (node: Node | null): Place => placeAt(lines, node?.range?.[0] ?? 0);
  const count = (at: Place, most = 1): void => {
    left -= most;
    if (left < 0) throw fault(at, `this has more than ${yamlBounds.values} values with its merges`);
  };

  const scalar = (node: Scalar, at: Place): YamlScalar => ({
    kind: "scalar",
    at,
    text: typeof node.value === "string" ? node.value : "",
    isPlain: node.type === undefined || node.type === "PLAIN",
    tag: node.tag,
  });
  const empty = (at: Place): YamlScalar => ({ kind: "scalar", at, text: "", isPlain: true, tag: undefined });
  const alias = ({ source }: Alias, at: Place): YamlNode => {
    if (!anchors.has(source))
      throw fault(at, "this alias names no anchor before it: quote the text if it is none");
    const node = anchors.get(source);
    if (node === undefined) throw fault(at, "this alias is within its own anchor");
    return node;
  };
  const mapping = (node: YAMLMap, at: Place, depth: number): YamlNode => {
    const own = new Map<string, YamlPair>();
    const merged: YamlNode[] = [];
    for (const item of node.items) {
      if (!isPair(item)) continue;
      const keyNode = item.key as Node | null;
      const keyAt = keyNode === null ? at : placeOf(keyNode);
      const key = keyNode === null ? empty(keyAt) : read(keyNode, depth + 1);
      if (key.kind !== "scalar") throw fault(keyAt, "this key is not a text");
      const value = item.value === null ? empty(keyAt) : read(item.value as Node, depth + 1);
      if (key.text === "<<" && key.isPlain) {
        merged.push(value);
        continue;
      }
      if (own.has(key.text))
        faults.push({ at: keyAt, message: "this key was there before; the last one counts" });
      own.set(key.text, { key, value });
    }
    const inherited = mergedPairs(merged, own, (pairs) => count(at, pairs));
    return { kind: "mapping", at, pairs: [...own.values(), ...inherited] };
  };
  const sequence = (node: YAMLSeq, at: Place, depth: number): YamlNode => ({
    kind: "sequence",
    at,
    items: node.items.map((item) => (item === null ? empty(at) : read(item as Node, depth + 1))),
  });
  const read = (node: Node, depth: number): YamlNode => {
    const at = placeOf(node);
    count(at);
    if (depth > yamlBounds.depth) throw fault(at, `this is nested deeper than ${yamlBounds.depth} levels`);
    if (isAlias(node)) return alias(node, at);
    if (node.anchor !== undefined) anchors.set(node.anchor, undefined);
    const value = isMap(node)
      ? mapping(node, at, depth)
      : isSeq(node)
        ? sequence(node, at, depth)
        : isScalar(node)
          ? scalar(node, at)
          : empty(at);
    if (node.anchor !== undefined) anchors.set(node.anchor, value);
    return value;
  };
  return (root) => read(root, 1);
}

/** The pairs that a mapping has by `<<` beside its own. */
function mergedPairs(
  merged: readonly YamlNode[],
  own: ReadonlyMap<string, YamlPair>,
  count: (pairs: number) => void,
): Iterable<YamlPair> {
  const pairs = new Map<string, YamlPair>();
  for (const source of merged.flatMap((each) => (each.kind === "sequence" ? each.items : [each]))) {
    if (source.kind !== "mapping") throw fault(source.at, "<<: expected a mapping, or a list of them");
    count(source.pairs.length);
    for (const pair of source.pairs) {
      if (!own.has(pair.key.text) && !pairs.has(pair.key.text)) pairs.set(pair.key.text, pair);
    }
  }
  return pairs.values();
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  // The counter knows no line of an empty text.
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

const isFaultKey = "isYamlFault";

function fault(at: Place, message: string): Error & YamlFault {
  return Object.assign(new Error(message), { at, [isFaultKey]: true });
}

export function isYamlFault(error: unknown): error is Error & YamlFault {
  return error instanceof Error && isFaultKey in error;
}

/** The package's codes in words that quote nothing. */
const meanings: Readonly<Record<string, string>> = {
  ALIAS_PROPS: "an alias has no anchor or tag of its own",
  BAD_ALIAS: "this is an alias (*) without a name or without its anchor: quote the text if it is none",
  BAD_DIRECTIVE: "this directive (%) is not known",
  BAD_DQ_ESCAPE: "this escape is not known: write \\\\ for a backslash within double quotes",
  BAD_INDENT: "the indentation does not fit that of the lines before, or a bracket or brace is not closed",
  BAD_PROP_ORDER: "an anchor or a tag comes before its value",
  BAD_SCALAR_START: "a text that begins with this character needs quotes",
  BLOCK_AS_IMPLICIT_KEY: "a key expected its value on the next line, or a text with a colon needs quotes",
  BLOCK_IN_FLOW: "within brackets or braces no block is possible",
  KEY_OVER_1024_CHARS: "a key has at most 1024 characters",
  MISSING_CHAR: "something is missing here, such as a quote, a colon, a comma or a bracket",
  MULTILINE_IMPLICIT_KEY: "a key is on one line: quote the text, or indent it",
  MULTIPLE_ANCHORS: "a value has one anchor",
  MULTIPLE_TAGS: "a value has one tag",
  RESOURCE_EXHAUSTION: "this is nested too deeply to be read",
  TAB_AS_INDENT: "expected spaces as indentation, got a tab",
  UNEXPECTED_TOKEN: "this is not expected here: see the indentation and the quotes of the lines before",
};
