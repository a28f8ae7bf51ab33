import { escapeHtml, hasHtmlCharacters } from "./go-json.ts";

/** A part of a JSON text: long ones stay the bytes that they were written as. */
export type JsonPart = string | Uint8Array;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Up to here a text is joined with what is around it sooner than it is sent as a part of its own. */
const shortBytes = 64 << 10;

/** JSON in bytes with the HTML characters escaped as Go does when it writes a whole body. */
export function escapedJson(bytes: Uint8Array): JsonPart {
  if (bytes.length > shortBytes && !hasHtml(bytes)) return bytes;
  return escapeHtml(decoder.decode(bytes));
}

/** A search in a text is faster than one in bytes. */
function hasHtml(bytes: Uint8Array): boolean {
  for (let start = 0; start < bytes.length; start += shortBytes) {
    // Two bytes more, because a line separator has three and may be divided.
    if (hasHtmlCharacters(decoder.decode(bytes.subarray(start, start + shortBytes + 2)))) return true;
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
