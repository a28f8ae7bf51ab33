/**
 * JSON text in Go's spelling. JavaScript's differs in a few characters only, so its fast writer does the work, and the
 * few are replaced.
 */

/** As the Go SDK writes texts inside values and metadata: HTML characters are escaped. */
export function goText(json: string): string {
  return unlike.test(json) ? json.replace(unlikeAll, (found) => escapes[found] ?? found) : json;
}

/** As it writes names: HTML characters stay. */
export function goName(json: string): string {
  return json.replace(/\\[\\bf]/g, (found) => escapes[found] ?? found);
}

const unlike = /[<>&\u2028\u2029]|\\[bf]/;
// A backslash pair is taken whole, so that the b of `\\b` is not mistaken for an escape.
const unlikeAll = /[<>&\u2028\u2029]|\\[\\bf]/g;
const escapes: Readonly<Record<string, string>> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
  "\\b": "\\u0008",
  "\\f": "\\u000c",
};

/** Exponents have at least two digits in Go. */
export function goExponents(json: string): string {
  return json.includes("e") ? json.replace(/e([+-])(\d)(?!\d)/g, "e$10$2") : json;
}

const smallestNormal = 2 ** -126;

/** The shortest digits that parse to this 32-bit float. */
export function float32Digits(value: number): string {
  // Six digits distinguish all numbers except those near zero, which have fewer significant digits.
  for (let digits = Math.abs(value) < smallestNormal ? 1 : 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
