import { hasBit } from "../bitmap.ts";

const zero = 48;
/** The three digits of 0 to 999, one after the other. */
const triples: Uint8Array = Uint8Array.from({ length: 3000 }, (_, i) => {
  const value = Math.floor(i / 3);
  const divisor = [100, 10, 1][i % 3] as number;
  return zero + (Math.floor(value / divisor) % 10);
});
const comma = 44;
const minus = 45;
const nullWord: readonly number[] = [110, 117, 108, 108];

/**
 * Writes whole numbers as a JSON list, several times faster than `join`, which takes each for a fraction.
 *
 * @param values whole numbers below 10^15 on either side of zero
 * @param validity bitmap of the values that are none when not set; those are written as null
 */
export function formatIntegers(values: ArrayLike<number>, validity?: Uint8Array): string {
  const bytes = new Uint8Array(values.length * 17);
  let end = 0;
  for (let i = 0; i < values.length; i++) {
    if (i > 0) bytes[end++] = comma;
    if (validity !== undefined && !hasBit(validity, i)) {
      bytes.set(nullWord, end);
      end += 4;
    } else end = writeInteger(bytes, end, values[i] as number);
  }
  return `[${new TextDecoder("latin1").decode(bytes.subarray(0, end))}]`;
}

function writeInteger(bytes: Uint8Array, start: number, value: number): number {
  let end = start;
  let rest = value;
  if (value < 0) {
    bytes[end++] = minus;
    rest = -value;
  }
  // Two halves that fit into 32 bits each: integer arithmetic from here on.
  const high = Math.floor(rest / 1e9) | 0;
  const low = (rest - high * 1e9) | 0;
  const millions = (low / 1_000_000) | 0;
  const belowMillion = low - millions * 1_000_000;
  const thousands = (belowMillion / 1000) | 0;
  const ones = belowMillion - thousands * 1000;
  if (high > 0) {
    const highThousands = (high / 1000) | 0;
    const highOnes = high - highThousands * 1000;
    end =
      highThousands > 0
        ? writeTriple(bytes, writeFirst(bytes, end, highThousands), highOnes)
        : writeFirst(bytes, end, highOnes);
    return writeTriple(bytes, writeTriple(bytes, writeTriple(bytes, end, millions), thousands), ones);
  }
  if (millions > 0)
    return writeTriple(bytes, writeTriple(bytes, writeFirst(bytes, end, millions), thousands), ones);
  return thousands > 0
    ? writeTriple(bytes, writeFirst(bytes, end, thousands), ones)
    : writeFirst(bytes, end, ones);
}

function writeTriple(bytes: Uint8Array, at: number, value: number): number {
  const from = value * 3;
  bytes[at] = triples[from] as number;
  bytes[at + 1] = triples[from + 1] as number;
  bytes[at + 2] = triples[from + 2] as number;
  return at + 3;
}

/** Without zeros in front. */
function writeFirst(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 100) return writeTriple(bytes, at, value);
  if (value < 10) {
    bytes[at] = zero + value;
    return at + 1;
  }
  bytes[at] = triples[value * 3 + 1] as number;
  bytes[at + 1] = triples[value * 3 + 2] as number;
  return at + 2;
}
