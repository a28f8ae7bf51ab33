import type { Mutation } from "./mutate-bytes.ts";
import type { Random } from "./random.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** JSON of values that are seldom where they are expected. */
const oddValues: readonly string[] = [
  ...[
    "null",
    "true",
    "false",
    "[]",
    "{}",
    "[null]",
    "[[]]",
    "[{}]",
    '""',
    '"0"',
    '"NaN"',
    '"\\ud800"',
    '"__proto__"',
  ],
  ...[
    "0",
    "-0",
    "1",
    "-1",
    "0.5",
    "1.0",
    "1e3",
    "1e21",
    "1e400",
    "-1e-400",
    "999999",
    "1000000",
    "65536",
    "2147483648",
  ],
  ...[
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775809",
    "18446744073709551616",
    "9".repeat(400),
  ],
  ...['"9223372036854775808"', '"2024-01-01T00:00:00Z"', `"${"x".repeat(300)}"`],
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"length":-1}',
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
];
const oddTokens = [
  "01",
  "+1",
  "NaN",
  "Infinity",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\",
  '"',
  "'",
  "\u0000",
  "\ufeff",
];
const tokens = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g;
const marker = '"\u2603 the place of the odd value"';

/** Mutations of text: what they make is mostly JSON still, and so gets further than broken bytes. */
export const jsonMutations: Readonly<Record<string, Mutation>> = {
  /** A value at any place becomes another. */
  setValue: (file, random, other) => withValue(file, random, other) ?? file,
  setKey: (file, random) => {
    const text = decode(file);
    const keys = [...text.matchAll(/"\w+":/g)];
    if (keys.length === 0) return file;
    const key = random.pick(keys);
    const name = random.oneIn(3) ? "__proto__" : random.pick(keys)[0].slice(1, -2);
    return encode(`${text.slice(0, key.index)}"${name}":${text.slice(key.index + key[0].length)}`);
  },
  setTokens: (file, random) => {
    const words: string[] = decode(file).match(tokens) ?? [];
    for (let i = random.below(3); i >= 0 && words.length > 0; i--) {
      const place = random.below(words.length);
      const word = words[place] ?? "";
      const other = random.pick(random.oneIn(2) ? oddTokens : oddValues);
      words.splice(place, 1, ...random.pick([[other], [], [random.pick(words)], [word, word]]));
    }
    return encode(words.join(""));
  },
};

/** The first of them for a JSON text inside an Arrow file, as long as it fits into its place. */
export const setMetadata: Mutation = (file, random, other) => {
  const found = [
    ...Buffer.from(file)
      .toString("latin1")
      .matchAll(/\{"[^\0]+\}/g),
  ];
  if (found.length === 0) return file;
  const { index, 0: old } = random.pick(found);
  const changed = withValue(file.subarray(index, index + old.length), random, other);
  if (changed === undefined || changed.length > old.length) return file;
  const bent = file.slice().fill(0x20, index, index + old.length);
  bent.set(changed, index);
  return bent;
};

function withValue(file: Uint8Array, random: Random, other: Uint8Array): Uint8Array | undefined {
  const tree = parse(file);
  if (typeof tree !== "object" || tree === null) return undefined;
  const donor = random.oneIn(2) ? (parse(other) ?? tree) : tree;
  const value = random.oneIn(3) ? JSON.stringify(anyPart(donor, random)) : random.pick(oddValues);
  mark(tree, random);
  return encode(JSON.stringify(tree).replace(marker, () => value));
}

/** Puts the marker in the place of a value somewhere in the tree. */
function mark(tree: Json[] | { [key: string]: Json }, random: Random): void {
  let parent = tree as { [key: string]: Json };
  for (;;) {
    const keys = Object.keys(parent);
    if (keys.length === 0) return;
    const key = random.pick(keys);
    const child = parent[key];
    if (typeof child !== "object" || child === null || Object.keys(child).length === 0 || random.oneIn(5)) {
      parent[key] = JSON.parse(marker) as string;
      return;
    }
    parent = child as { [key: string]: Json };
  }
}

function anyPart(tree: Json, random: Random): Json {
  let part = tree;
  while (typeof part === "object" && part !== null && !random.oneIn(4)) {
    const children: Json[] = Object.values(part);
    if (children.length === 0) break;
    part = random.pick(children);
  }
  return part;
}

/** Nothing for text that is no JSON, or so deep that it could not be written again. */
function parse(bytes: Uint8Array): Json | undefined {
  try {
    const tree = JSON.parse(decode(bytes)) as Json;
    JSON.stringify(tree);
    return tree;
  } catch {
    return undefined;
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
