/**
 * The texts of the elements of a list in a JSON object, as they stand there: for passing them on without writing them
 * again. One pass, without recursion.
 *
 * @param json a text that `JSON.parse` accepts, with an object
 * @param name of the member; of several with this name the last one counts, as for `JSON.parse`
 * @returns empty for a member that is absent or not a list
 */
export function sliceElements(json: string, name: string): readonly string[] {
  let found: readonly string[] = [];
  let at = skipSpace(json, 0) + 1;
  for (;;) {
    at = skipSpace(json, at);
    if (json.charCodeAt(at) !== quote) return found;
    const keyEnd = endOfText(json, at);
    const isNamed = readKey(json, at, keyEnd) === name;
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    at = endOfValue(json, start);
    if (isNamed) found = json.charCodeAt(start) === openList ? elementsOf(json, start) : [];
    at = skipSpace(json, at);
    if (json.charCodeAt(at) !== comma) return found;
    at++;
  }
}

/** Keys may have escapes, and hardly any has. */
function readKey(json: string, start: number, end: number): string {
  const key = json.slice(start + 1, end - 1);
  return key.includes("\\") ? (JSON.parse(json.slice(start, end)) as string) : key;
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openList = 0x5b;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

function elementsOf(json: string, open: number): readonly string[] {
  const elements: string[] = [];
  let at = skipSpace(json, open + 1);
  while (json.charCodeAt(at) !== closeList) {
    const end = endOfValue(json, at);
    elements.push(json.slice(at, end));
    at = skipSpace(json, end);
    if (json.charCodeAt(at) === comma) at = skipSpace(json, at + 1);
  }
  return elements;
}

/** The index after a value that begins at `start`. */
function endOfValue(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; ) {
    const character = json.charCodeAt(at);
    if (character === quote) {
      at = endOfText(json, at);
      if (depth === 0) return at;
      continue;
    }
    if (character === openList || character === openObject) depth++;
    else if (character === closeList || character === closeObject) {
      // The end of what is around a number or a word.
      if (depth === 0) return at;
      depth--;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (character === comma || isSpace(character))) return at;
    at++;
  }
  return json.length;
}

function endOfText(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== quote) at += json.charCodeAt(at) === backslash ? 2 : 1;
  return at + 1;
}

function skipSpace(json: string, start: number): number {
  let at = start;
  while (isSpace(json.charCodeAt(at))) at++;
  return at;
}

function isSpace(character: number): boolean {
  return character === 0x20 || character === 0x0a || character === 0x0d || character === 0x09;
}
