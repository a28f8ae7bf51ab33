/**
 * Finds the original texts of values in frame JSON: `JSON.parse` keeps neither the digits of 64-bit integers nor the text
 * of json values. One pass at the first use finds all columns; each column is split when it is requested.
 *
 * @param json a text that `JSON.parse` has accepted and whose columns are known to be lists
 * @returns a function that takes the number of a column
 */
export function rawValues(json: string): (column: number) => string[] {
  let columns: readonly [number, number][] | undefined;
  return (column) => {
    columns ??= listElements(json, findMember(json, findMember(json, skipSpace(json, 0), "data"), "values"));
    const [start] = columns[column] ?? [0, 0];
    return listElements(json, start).map(([from, to]) => json.slice(from, to));
  };
}

/** Start of the value of a key; of a repeated key the last one counts, as in `JSON.parse`. */
function findMember(json: string, object: number, key: string): number {
  let found = -1;
  let at = skipSpace(json, object + 1);
  while (json[at] !== "}") {
    const keyEnd = skipString(json, at);
    const value = skipSpace(json, skipSpace(json, keyEnd) + 1);
    if (JSON.parse(json.slice(at, keyEnd)) === key) found = value;
    at = skipSpace(json, skipValue(json, value));
    if (json[at] === ",") at = skipSpace(json, at + 1);
  }
  return found;
}

/** Start and end of each element of a list. */
function listElements(json: string, list: number): [number, number][] {
  const elements: [number, number][] = [];
  let at = skipSpace(json, list + 1);
  while (json[at] !== "]") {
    const end = skipValue(json, at);
    elements.push([at, end]);
    at = skipSpace(json, end);
    if (json[at] === ",") at = skipSpace(json, at + 1);
  }
  return elements;
}

/** Without recursion: a value may be nested as deep as its text is long. */
function skipValue(json: string, start: number): number {
  let depth = 0;
  for (let at = start; ; ) {
    const character = json[at];
    if (character === '"') at = skipString(json, at);
    else if (character === "{" || character === "[") {
      depth++;
      at++;
    } else if (character === "}" || character === "]") {
      depth--;
      at++;
    } else if (depth > 0) at++;
    else return skipScalar(json, at);
    if (depth === 0) return at;
  }
}

/** A number, true, false or null. */
function skipScalar(json: string, start: number): number {
  let at = start;
  while (at < json.length && !/[\s,\]}]/.test(json[at] as string)) at++;
  return at;
}

function skipString(json: string, start: number): number {
  let at = json.indexOf('"', start + 1);
  while (isEscaped(json, at)) at = json.indexOf('"', at + 1);
  return at + 1;
}

function isEscaped(json: string, quote: number): boolean {
  let slashes = 0;
  while (json[quote - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}

function skipSpace(json: string, start: number): number {
  let at = start;
  while (json[at] === " " || json[at] === "\n" || json[at] === "\t" || json[at] === "\r") at++;
  return at;
}
