import { readEnd, type WireReader } from "./wire-reader.ts";

/** Longer texts are left to TextDecoder. */
const shortBytes = 64;
/** V8 copies strings up to this length when it joins them; a longer one would be a tree of its parts. */
const shortestBytes = 12;
const slots = 256;

/** Reads texts, which have to be UTF-8. */
export interface TextReader {
  /**
   * @throws Error for bytes that are not UTF-8.
   */
  read(reader: WireReader): string;
  /**
   * The same for a recurring text, such as the id of a plugin: short ones are cached. Not for possible secrets, which
   * would stay in memory.
   */
  readKnown(reader: WireReader): string;
}

export function createTextReader(): TextReader {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const known = new Array<string>(slots).fill("");

  const decode = (bytes: Uint8Array, start: number, end: number): string => {
    try {
      return decoder.decode(bytes.subarray(start, end));
    } catch (cause) {
      throw new RangeError("a text is not UTF-8", { cause });
    }
  };

  return {
    read: (reader) => {
      const end = readEnd(reader);
      const { bytes, position: start } = reader;
      reader.position = end;
      if (start === end) return "";
      return isShortAscii(bytes, start, end) ? asciiText(reader, start, end) : decode(bytes, start, end);
    },
    readKnown: (reader) => {
      const end = readEnd(reader);
      const { bytes, position: start } = reader;
      reader.position = end;
      if (start === end) return "";
      if (end - start > shortBytes) return decode(bytes, start, end);
      const slot = slotOf(bytes, start, end);
      const candidate = known[slot] ?? "";
      if (isSame(candidate, bytes, start, end)) return candidate;
      if (!isShortAscii(bytes, start, end)) return decode(bytes, start, end);
      const text = asciiText(reader, start, end);
      known[slot] = text;
      return text;
    },
  };
}

function isShortAscii(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > shortBytes) return false;
  for (let at = start; at < end; at++) {
    if ((bytes[at] ?? 0) >= 0x80) return false;
  }
  return true;
}

/** Hashes a few of the bytes; the entry found is compared as a whole. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const last = bytes[end - 1] ?? 0;
  const middle = bytes[(start + end) >>> 1] ?? 0;
  const first = bytes[start] ?? 0;
  return (end - start + last * 7 + middle * 31 + first * 131) & (slots - 1);
}

function isSame(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}

/** Four times as fast as a decoder for short texts, and for the shortest without a call to C++. */
function asciiText(reader: WireReader, start: number, end: number): string {
  const { bytes } = reader;
  if (end - start <= shortestBytes) return joinCharacters(bytes, start, end);
  reader.buffer ??= Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return reader.buffer.toString("latin1", start, end);
}

function joinCharacters(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let at = start;
  for (; at + 4 <= end; at += 4) {
    text += String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0);
  }
  for (; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}
