import { escapeHtml } from "./go-json.ts";

/** A part of a JSON text: long ones stay the bytes that they were written as. */
export type JsonPart = string | Uint8Array;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Up to here a text is joined with what is around it sooner than it is sent as a part of its own. */
const shortBytes = 64 << 10;

/** JSON in bytes with the HTML characters escaped as Go does when it writes a whole body. */
export function escapedJson(bytes: Uint8Array): JsonPart {
  if (hasHtml(bytes)) return escapeHtml(decoder.decode(bytes));
  return bytes.length <= shortBytes ? decoder.decode(bytes) : bytes;
}

const lessThan = 0x3c;
const greaterThan = 0x3e;
const ampersand = 0x26;

function hasHtml(bytes: Uint8Array): boolean {
  return (
    bytes.includes(lessThan) ||
    bytes.includes(greaterThan) ||
    bytes.includes(ampersand) ||
    hasLineSeparator(bytes)
  );
}

/** U+2028 and U+2029: E2 80 A8 and E2 80 A9. */
function hasLineSeparator(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0xe2); at !== -1; at = bytes.indexOf(0xe2, at + 1)) {
    if (bytes[at + 1] === 0x80 && (bytes[at + 2] === 0xa8 || bytes[at + 2] === 0xa9)) return true;
  }
  return false;
}

/** The same JSON in fewer parts: texts that follow one another are one. */
export function joinJson(parts: readonly JsonPart[]): readonly JsonPart[] {
  const joined: JsonPart[] = [];
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    if (text !== "") joined.push(text);
    joined.push(part);
    text = "";
  }
  if (text !== "") joined.push(text);
  return joined;
}

/** The whole text. */
export function jsonTextOf(parts: readonly JsonPart[]): string {
  return parts.map((part) => (typeof part === "string" ? part : decoder.decode(part))).join("");
}
