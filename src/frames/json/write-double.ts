import { writeInteger, writeTriple } from "./write-integer.ts";

const zero = 48;
const point = 46;
const minus = 45;

/** Most bytes that {@link writeDouble} writes. */
export const maxDoubleBytes = 32;

/** Below this JavaScript's own spelling has an exponent. */
const least = 1e-6;
const most = 1e15;
/** Number of digits that distinguishes all doubles. */
const digits = 17;
const margin = 1e-6;

/** Powers of ten that a double represents exactly, and their halves, short enough for exact products. */
const powers: Float64Array = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const smallPowers: Float64Array = Float64Array.from({ length: 7 }, (_, i) => Number(`1e-${i}`));
const highPowers: Float64Array = powers.map(upperHalf);
const lowPowers: Float64Array = powers.map((power) => power - upperHalf(power));

/** Half of the distance between neighbours, by the exponent field of doubles; the first is that of {@link leastExponent}. */
const leastExponent = 1003;
const halfGaps: Float64Array = Float64Array.from({ length: 80 }, (_, i) => 2 ** (leastExponent + i - 1076));

const double: Float64Array = new Float64Array(1);
const words: Uint32Array = new Uint32Array(double.buffer);

/** The upper 26 of a double's 53 bits (Veltkamp's split). */
function upperHalf(value: number): number {
  const shifted = 134_217_729 * value;
  return shifted - (shifted - value);
}

/**
 * Writes a finite number as `String` spells it, and returns its end; -1, with nothing written, for numbers that need more
 * than the arithmetic here.
 *
 * The number times the power of ten that gives it 17 digits before the point is computed exactly, as a sum of two doubles
 * (Dekker's product). Digits parse to the number if they lie within half of the distance to its neighbours: the shortest
 * ones are found by rounding to hundreds, then to tens, then to ones. `String` does the rest: distances too close to
 * decide, neighbours at different distances, -0, and numbers outside of 10^-6 to 10^15.
 */
export function writeDouble(bytes: Uint8Array, start: number, value: number): number {
  const size = value < 0 ? -value : value;
  if (size < most && Math.floor(size) === size) {
    return Object.is(value, -0) ? -1 : writeInteger(bytes, start, value);
  }
  if (!(size >= least && size < most)) return -1;
  // At most one number of up to 15 digits parses to this double: doubles distinguish all of those.
  const millionths = Math.round(size * 1e6);
  if (millionths < most && millionths / 1e6 === size) {
    return writeMillionths(bytes, start, value < 0, millionths);
  }
  double[0] = size;
  const upper = words[1] as number;
  // A power of two: its lower neighbour is nearer.
  if (words[0] === 0 && (upper & 0xf_ffff) === 0) return -1;

  // size * 10^scale is product + rest, exactly.
  const exponent = decimalExponent(size);
  const scale = digits - 1 - exponent;
  const power = powers[scale] as number;
  const product = size * power;
  if (!(product >= 1e16 && product < 1e17)) return -1;
  const high = upperHalf(size);
  const low = size - high;
  const highPower = highPowers[scale] as number;
  const lowPower = lowPowers[scale] as number;
  const rest = high * highPower - product + high * lowPower + low * highPower + low * lowPower;
  const gap = (halfGaps[(upper >>> 20) - leastExponent] as number) * power;

  // The same as 9 digits, 8 digits and a fraction.
  const wholeRest = Math.floor(rest);
  const fraction = rest - wholeRest;
  let first = Math.floor(product / 1e8);
  let last = product - first * 1e8 + wholeRest;
  if (last < 0) {
    last += 1e8;
    first--;
  } else if (last >= 1e8) {
    last -= 1e8;
    first++;
  }

  last = shorten(last | 0, fraction, gap);
  if (last < 0) return -1;
  if (last >= 100_000_000) {
    last -= 100_000_000;
    first++;
  }
  if (first < 100_000_000 || first >= 1_000_000_000) return -1;
  return writeDigits(bytes, start, value < 0, first | 0, last, exponent);
}

function writeMillionths(bytes: Uint8Array, start: number, isNegative: boolean, millionths: number): number {
  let at = start;
  if (isNegative) bytes[at++] = minus;
  const whole = Math.floor(millionths / 1e6);
  const rest = (millionths - whole * 1e6) | 0;
  const thousands = (rest / 1000) | 0;
  at = writeInteger(bytes, at, whole);
  bytes[at++] = point;
  const end = writeTriple(bytes, writeTriple(bytes, at, thousands), rest - thousands * 1000);
  return withoutZeros(bytes, end);
}

function withoutZeros(bytes: Uint8Array, end: number): number {
  let last = end - 1;
  while (bytes[last] === zero) last--;
  return last + 1;
}

/** Rounds to the fewest digits that distinguish a number from its neighbours; -1 when that is too close to decide. */
function shorten(last: number, fraction: number, gap: number): number {
  const hundreds = (last / 100) | 0;
  const overHundred = last - hundreds * 100 + fraction;
  const toHundred = overHundred < 50 ? overHundred : 100 - overHundred;
  if (toHundred < gap - margin) return (overHundred < 50 ? hundreds : hundreds + 1) * 100;
  if (toHundred < gap + margin) return -1;

  const tens = (last / 10) | 0;
  const overTen = last - tens * 10 + fraction;
  const toTen = overTen < 5 ? overTen : 10 - overTen;
  if (toTen < gap - margin) return toTen > 5 - margin ? -1 : (overTen < 5 ? tens : tens + 1) * 10;
  if (toTen < gap + margin) return -1;

  const toOne = fraction - 0.5;
  if (toOne > -margin && toOne < margin) return -1;
  return toOne < 0 ? last : last + 1;
}

/** The place of the first digit: 0 from 1 to 9.9, -1 from 0.1 to 0.99. */
function decimalExponent(size: number): number {
  let exponent = 0;
  if (size < 1) {
    do exponent--;
    while (size < (smallPowers[-exponent] as number));
  } else while (size >= (powers[exponent + 1] as number)) exponent++;
  return exponent;
}

/** Writes 9 and 8 digits with a point among or before them, without trailing zeros. */
function writeDigits(
  bytes: Uint8Array,
  start: number,
  isNegative: boolean,
  first: number,
  last: number,
  exponent: number,
): number {
  let at = start;
  if (isNegative) bytes[at++] = minus;
  if (exponent < 0) {
    bytes[at++] = zero;
    bytes[at++] = point;
    for (let place = -1; place > exponent; place--) bytes[at++] = zero;
  } else at++;
  const millions = (first / 1_000_000) | 0;
  const thousands = (first / 1000) | 0;
  const ten = (last / 1000) | 0;
  const pair = (last / 1_000_000) | 0;
  let end = writeTriple(bytes, at, millions);
  end = writeTriple(bytes, end, thousands - millions * 1000);
  end = writeTriple(bytes, end, first - thousands * 1000);
  const seventh = (pair / 10) | 0;
  bytes[end++] = zero + seventh;
  bytes[end++] = zero + pair - seventh * 10;
  end = writeTriple(bytes, end, ten - pair * 1000);
  end = writeTriple(bytes, end, last - ten * 1000);
  if (exponent >= 0) {
    for (let i = 0; i <= exponent; i++) bytes[at + i - 1] = bytes[at + i] as number;
    bytes[at + exponent] = point;
  }
  return withoutZeros(bytes, end);
}
