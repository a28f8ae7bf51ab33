/**
 * Whether a JSON text has a number beyond the range of doubles: a Go host would refuse the frame, so the SDK writes
 * null for such a value.
 *
 * Works in one pass and without recursion, because the text may be long, deeply nested, or all digits.
 *
 * @param json a text that `JSON.parse` accepts
 */
export function hasHugeNumber(json: string): boolean {
  for (let at = 0; at < json.length; ) {
    const character = json.charCodeAt(at);
    if (character === quote) {
      at = endOfText(json, at);
    } else if (isDigit(character)) {
      const end = endOfNumber(json, at);
      // Shorter ones without an exponent are small.
      if (end - at > 3 && !Number.isFinite(Number(json.slice(at, end)))) return true;
      at = end;
    } else at++;
  }
  return false;
}

const quote = 0x22;
const backslash = 0x5c;

function endOfText(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== quote) at += json.charCodeAt(at) === backslash ? 2 : 1;
  return at + 1;
}

function endOfNumber(json: string, start: number): number {
  let at = start;
  while (at < json.length && (isDigit(json.charCodeAt(at)) || "+-.eE".includes(json[at] ?? " "))) at++;
  return at;
}

function isDigit(character: number): boolean {
  return character >= 0x30 && character <= 0x39;
}
