import { codeLengths, codes } from "./huffman-code.ts";

/** Bytes that a text of characters 0 to 255 takes in Huffman code. */
export function huffmanBytes(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += codeLengths[text.charCodeAt(i)] ?? 0;
  return (bits + 7) >>> 3;
}

/** Writes a text of characters 0 to 255 in Huffman code and returns the place after it (RFC 7541 §5.2). */
export function encodeHuffman(text: string, target: Uint8Array, offset: number): number {
  let at = offset;
  // At most 7 bits wait; a code has up to 30, so the two do not always fit into 32.
  let waiting = 0;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i);
    let left = codeLengths[symbol] ?? 0;
    const code = codes[symbol] ?? 0;
    while (left > 0) {
      const take = Math.min(left, 8 - count);
      left -= take;
      waiting = (waiting << take) | ((code >>> left) & ((1 << take) - 1));
      count += take;
      if (count === 8) {
        target[at++] = waiting;
        waiting = 0;
        count = 0;
      }
    }
  }
  // Padded with the first bits of the end-of-string code, which are ones.
  if (count > 0) target[at++] = (waiting << (8 - count)) | ((1 << (8 - count)) - 1);
  return at;
}
