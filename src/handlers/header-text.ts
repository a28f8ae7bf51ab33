// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them
const ascii = /^[\u0000-\u007f]*$/;

/**
 * The text of a header, of which Node and Fetch give each byte as a character: UTF-8, which browsers and proxies send and Go
 * takes, and Latin-1 where it is not that.
 */
export function decodeHeader(value: string): string {
  if (ascii.test(value)) return value;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(value, (byte) => byte.charCodeAt(0)),
    );
  } catch {
    return value;
  }
}

/** The bytes of a text in UTF-8, each as a character: Node and Fetch send no others. */
export function encodeHeader(text: string): string {
  if (ascii.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}
