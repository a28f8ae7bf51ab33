/** Number of the end-of-string symbol, which pads and never appears (RFC 7541 §5.2). */
export const endOfString = 256;

/**
 * Bits in the code of each symbol, 0 to 256 (RFC 7541 appendix B). The code is canonical: taken by length, then by
 * symbol, each code is the one before plus one, so that the lengths say everything.
 */
export const codeLengths: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7,
  8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19,
  13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13,
  28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21,
  22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23,
  22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25,
  25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
];

/** Bits of the longest code. */
export const maxCodeBits = 30;

/** The codes of one length are numbers in a row. By length: */
export interface CodeRanges {
  /** its first code, */
  readonly first: Readonly<Uint32Array>;
  /** how many there are, */
  readonly count: Readonly<Uint32Array>;
  /** and the place of the first one's symbol among all {@link symbols}. */
  readonly place: Readonly<Uint32Array>;
}

export const ranges: CodeRanges = findRanges();

const sorted = sortSymbols();

/** All symbols in the order of their codes. */
export const symbols: Readonly<Uint16Array> = sorted.symbols;

/** The code of each symbol, in the low bits of a number. */
export const codes: Readonly<Uint32Array> = sorted.codes;

function findRanges(): CodeRanges {
  const first = new Uint32Array(maxCodeBits + 1);
  const count = new Uint32Array(maxCodeBits + 1);
  const place = new Uint32Array(maxCodeBits + 1);
  for (const length of codeLengths) count[length] = (count[length] ?? 0) + 1;
  for (let length = 1; length <= maxCodeBits; length++) {
    const shorter = count[length - 1] ?? 0;
    first[length] = ((first[length - 1] ?? 0) + shorter) * 2;
    place[length] = (place[length - 1] ?? 0) + shorter;
  }
  return { first, count, place };
}

/** By counting: to sort by a comparison takes a millisecond of each start. */
function sortSymbols(): { readonly symbols: Uint16Array; readonly codes: Uint32Array } {
  const symbols = new Uint16Array(codeLengths.length);
  const codes = new Uint32Array(codeLengths.length);
  const seen = new Uint32Array(maxCodeBits + 1);
  for (let symbol = 0; symbol < codeLengths.length; symbol++) {
    const length = codeLengths[symbol] ?? 0;
    const index = seen[length] ?? 0;
    seen[length] = index + 1;
    symbols[(ranges.place[length] ?? 0) + index] = symbol;
    codes[symbol] = (ranges.first[length] ?? 0) + index;
  }
  return { symbols, codes };
}
