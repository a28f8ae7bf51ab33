import { endOfString, maxCodeBits, ranges, symbols } from "./huffman-code.ts";

/** Codes up to this length are found by one look: letters, digits and what else headers are made of. */
const shortBits = 8;

/** The most bytes that as many bytes of Huffman code can stand for. */
export function maxDecodedBytes(bytes: number): number {
  return Math.floor((bytes * 8) / 5);
}

const { first, count, place } = ranges;

/** By the next 8 bits: the length of the short code that they begin with, times 256, and its symbol; else 0. */
const short: Readonly<Uint16Array> = shortCodes();

/**
 * Decodes the code in `source` from `start` to `end` into `target` from 0 on, which has room for
 * {@link maxDecodedBytes}; returns how many bytes it wrote, or -1 where the code is invalid (RFC 7541 §5.2).
 */
export function decodeHuffman(source: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let length = 0;
  const endBit = end * 8;
  for (let bit = start * 8; bit < endBit; ) {
    const at = bit >>> 3;
    // Past the end come ones, as in the padding.
    const pair = ((source[at] ?? 0) << 8) | (at + 1 < end ? (source[at + 1] ?? 0) : 0xff);
    const window = (pair >>> (8 - (bit & 7))) & 0xff;
    const found = short[window] ?? 0;
    if (found !== 0 && bit + (found >>> 8) <= endBit) {
      target[length++] = found & 0xff;
      bit += found >>> 8;
      continue;
    }
    const left = endBit - bit;
    if (left < 8) return isPadding(window, left) ? length : -1;
    const long = readLongCode(source, bit, endBit);
    if (long === 0) return -1;
    target[length++] = long & 0xff;
    bit += long >>> 8;
  }
  return length;
}

/** The length of the code at `bit`, times 256, and its symbol; 0 when there is none, or the one that never appears. */
function readLongCode(source: Uint8Array, bit: number, endBit: number): number {
  let code = 0;
  const most = Math.min(maxCodeBits, endBit - bit);
  for (let bits = 1; bits <= most; bits++) {
    const at = bit + bits - 1;
    code = (code << 1) | (((source[at >>> 3] ?? 0) >>> (7 - (at & 7))) & 1);
    const index = code - (first[bits] ?? 0);
    if (index < 0 || index >= (count[bits] ?? 0)) continue;
    const symbol = symbols[(place[bits] ?? 0) + index] ?? endOfString;
    return symbol === endOfString ? 0 : (bits << 8) | symbol;
  }
  return 0;
}

/** The last bits, less than a byte, are all ones: the beginning of the end-of-string code. */
function isPadding(window: number, left: number): boolean {
  return window >>> (8 - left) === (1 << left) - 1;
}

/** Small enough to be made at each start. */
function shortCodes(): Uint16Array {
  const table = new Uint16Array(1 << shortBits);
  let from = 0;
  for (let bits = 1; bits <= shortBits; bits++) {
    const width = 1 << (shortBits - bits);
    for (let index = 0; index < (count[bits] ?? 0); index++) {
      table.fill((bits << 8) | (symbols[(place[bits] ?? 0) + index] ?? 0), from, from + width);
      from += width;
    }
  }
  return table;
}
