/**
 * Go's durations: nanoseconds in 64 bits. Fractions are multiplied in floating point, as in Go, so that the last
 * nanosecond is the same.
 */

const largest = 2n ** 63n;

const nanosByUnit: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  "\u00b5s": 1_000n,
  "\u03bcs": 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Reads a text such as `1h30m` or `-1.5s` as `time.ParseDuration` does: nanoseconds, or `undefined`. */
export function parseGoDuration(text: string): bigint | undefined {
  const [, sign, rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === "0") return 0n;
  const part = /(\d*)(?:\.(\d*))?(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;
  let total = 0n;
  let end = 0;
  while (end < rest.length) {
    part.lastIndex = end;
    const found = part.exec(rest);
    if (found === null) return undefined;
    const [, whole = "", fraction = "", unit = ""] = found;
    if (whole === "" && fraction === "") return undefined;
    const nanos = nanosByUnit[unit] as bigint;
    total += BigInt(whole) * nanos + fractionOf(fraction, nanos);
    if (total > largest) return undefined;
    end = part.lastIndex;
  }
  if (end === 0) return undefined;
  if (sign === "-") return -total;
  return total < largest ? total : undefined;
}

function fractionOf(digits: string, nanos: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit);
    // Go leaves out the digits that do not fit.
    if (value > (largest - 1n) / 10n || next > largest) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(nanos) / scale)));
}

/** Whether Go's `time.Duration` holds so many nanoseconds. */
export function isGoDuration(nanos: bigint): boolean {
  return nanos < largest && nanos >= -largest;
}

/** Nanoseconds as milliseconds: exact up to 104 days, and for whole milliseconds. */
export function millisecondsOf(nanos: bigint): number {
  return Number(nanos / 1_000_000n) + Number(nanos % 1_000_000n) / 1e6;
}
