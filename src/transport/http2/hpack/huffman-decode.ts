import { codeLengths, codes, endOfString, symbolsByCode } from "./huffman-code.ts";

const maxCodeBits = 30;
/** Codes up to this length are found by one look: letters, digits and what else headers are made of. */
const shortBits = 8;

/** The most bytes that as many bytes of Huffman code can stand for. */
export function maxDecodedBytes(bytes: number): number {
  return Math.floor((bytes * 8) / 5);
}

/** What decoding needs, small enough to be made at each start. */
interface Tables {
  /** By the next 8 bits: the length of the short code that they begin with, times 256, and its symbol; else 0. */
  readonly short: Readonly<Uint16Array>;
  /** Symbols in the order of their codes. The code is canonical: those of one length are neighbours. */
  readonly symbols: readonly number[];
  /** By length: its first code, how many there are, and the place of the first one's symbol. */
  readonly first: Readonly<Uint32Array>;
  readonly count: Readonly<Uint32Array>;
  readonly place: Readonly<Uint32Array>;
}

const { short, symbols, first, count, place } = buildTables();

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

function buildTables(): Tables {
  const tables = {
    short: new Uint16Array(1 << shortBits),
    symbols: symbolsByCode(),
    first: new Uint32Array(maxCodeBits + 1),
    count: new Uint32Array(maxCodeBits + 1),
    place: new Uint32Array(maxCodeBits + 1),
  };
  for (const [index, symbol] of tables.symbols.entries()) {
    const bits = codeLengths[symbol] ?? 0;
    const code = codes[symbol] ?? 0;
    if (tables.count[bits] === 0) {
      tables.first[bits] = code;
      tables.place[bits] = index;
    }
    tables.count[bits] = (tables.count[bits] ?? 0) + 1;
    if (bits > shortBits) continue;
    const from = code << (shortBits - bits);
    tables.short.fill((bits << 8) | symbol, from, from + (1 << (shortBits - bits)));
  }
  return tables;
}
