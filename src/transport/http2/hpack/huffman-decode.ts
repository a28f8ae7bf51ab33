import { codeLengths, codes, endOfString } from "./huffman-code.ts";

/*
 * The code tree walked four bits at a time: no code is shorter than five, so that a step ends at most one symbol.
 * A step is a number: the symbol in bits 0 to 7, the flags below, and the row of the next step from bit 16 on.
 */
const hasSymbol = 0x100;
/** What was read since the last symbol is a valid padding: at most seven bits, all of them one (RFC 7541 §5.2). */
const mayEnd = 0x200;
const isInvalid = 0x400;
const steps = buildSteps();

/** The most bytes that as many bytes of Huffman code can stand for. */
export function maxDecodedBytes(bytes: number): number {
  return Math.floor((bytes * 8) / 5);
}

/**
 * Decodes the code in `source` from `start` to `end` into `target` from 0 on, which has room for
 * {@link maxDecodedBytes}; returns how many bytes it wrote, or -1 where the code is invalid.
 */
export function decodeHuffman(source: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let length = 0;
  let step = mayEnd;
  for (let at = start; at < end; at++) {
    const byte = source[at] ?? 0;
    step = steps[((step >>> 16) << 4) | (byte >>> 4)] ?? isInvalid;
    if (step & hasSymbol) target[length++] = step & 0xff;
    else if (step & isInvalid) return -1;
    step = steps[((step >>> 16) << 4) | (byte & 15)] ?? isInvalid;
    if (step & hasSymbol) target[length++] = step & 0xff;
    else if (step & isInvalid) return -1;
  }
  return step & mayEnd ? length : -1;
}

interface Node {
  readonly children: [number, number];
  readonly mayEnd: boolean;
}

function buildSteps(): Uint32Array {
  // Inner nodes have a number from 0 (the root) on, a leaf has -1 - symbol.
  const nodes: Node[] = [{ children: [0, 0], mayEnd: true }];
  for (let symbol = 0; symbol <= endOfString; symbol++) insert(nodes, symbol);
  const table = new Uint32Array(nodes.length * 16);
  for (let row = 0; row < nodes.length; row++) {
    for (let bits = 0; bits < 16; bits++) table[row * 16 + bits] = stepFrom(nodes, row, bits);
  }
  return table;
}

function insert(nodes: Node[], symbol: number): void {
  const length = codeLengths[symbol] ?? 0;
  const code = codes[symbol] ?? 0;
  let node = nodes[0];
  let isAllOnes = true;
  for (let depth = 1; depth <= length && node !== undefined; depth++) {
    const bit = (code >>> (length - depth)) & 1 ? 1 : 0;
    isAllOnes &&= bit === 1;
    if (depth === length) node.children[bit] = -1 - symbol;
    else if (node.children[bit] === 0) {
      node.children[bit] = nodes.length;
      nodes.push({ children: [0, 0], mayEnd: isAllOnes && depth <= 7 });
    }
    node = nodes[node.children[bit]];
  }
}

function stepFrom(nodes: readonly Node[], row: number, bits: number): number {
  let at = row;
  let symbol = 0;
  for (let depth = 3; depth >= 0; depth--) {
    const child = nodes[at]?.children[(bits >>> depth) & 1 ? 1 : 0] ?? 0;
    if (child < 0) {
      if (-1 - child === endOfString) return isInvalid;
      symbol = hasSymbol | (-1 - child);
    }
    at = Math.max(child, 0);
  }
  return (at << 16) | (nodes[at]?.mayEnd ? mayEnd : 0) | symbol;
}
