const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them
const ascii = /^[\u0000-\u007f]*$/;

/**
 * The text of a header, of which Node and Fetch give each byte as a character: UTF-8, which browsers and proxies send and Go
 * takes, and Latin-1 where it is not that.
 */
export function decodeHeader(value: string): string {
  if (ascii.test(value)) return value;
  try {
    return utf8.decode(Buffer.from(value, "latin1"));
  } catch {
    return value;
  }
}

/** The bytes of a text in UTF-8, each as a character: Node and Fetch send no others. */
export function encodeHeader(text: string): string {
  return ascii.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}
