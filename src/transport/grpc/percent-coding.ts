/**
 * `grpc-message` on the wire: UTF-8, with a percent sign and two hexadecimal digits for each byte that is not
 * printable ASCII, and for the percent sign itself (PROTOCOL-HTTP2, "Status-Message"); also for spaces at either end, which
 * a field value may not have (RFC 9113 §8.2.1).
 */
export function percentEncode(text: string): string {
  if (!/[^\x20-\x24\x26-\x7e]|^ | $/.test(text)) return text;
  const bytes = Buffer.from(text, "utf8");
  let first = 0;
  let end = bytes.length;
  while (bytes[first] === space) first++;
  while (end > first && bytes[end - 1] === space) end--;
  let encoded = "";
  for (const [index, byte] of bytes.entries()) {
    const isPlain = byte >= space && byte <= 0x7e && byte !== percent && index >= first && index < end;
    encoded += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

/** Invalid percent-coding stays as it is: the text is worth more than its form (same section). */
export function percentDecode(text: string): string {
  if (!text.includes("%")) return text;
  const bytes = Buffer.alloc(text.length * 3);
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const digits = text.charCodeAt(index) === percent ? text.slice(index + 1, index + 3) : "";
    if (/^[0-9a-fA-F]{2}$/.test(digits)) {
      bytes[length++] = Number.parseInt(digits, 16);
      index += 2;
    } else {
      length += bytes.write(text.charAt(index), length, "utf8");
    }
  }
  return bytes.toString("utf8", 0, length);
}

const percent = 0x25;
const space = 0x20;
