/**
 * Times in nanoseconds since 1970 and milliseconds, without a `bigint` per row: arithmetic on the two
 * halves of the 64-bit integers is exact and several times faster.
 */

const nsPerMs = 1_000_000;
/** 2^32 ns are this many whole milliseconds … */
const msPerHigh = 4294;
/** … and this many nanoseconds. */
const nsPerHighRest = 967_296;

/** Milliseconds of the times that fit into 64 bits of nanoseconds: years 1677 to 2262. */
export const minEpochMs = -9_223_372_036_854;
export const maxEpochMs = 9_223_372_036_854;

/** Returns the milliseconds of every time, rounded down, and the remaining nanoseconds (0 to 999999). */
export function splitEpochNs(ns: BigInt64Array): { readonly ms: Float64Array; readonly nanos: Int32Array } {
  const halves = new Int32Array(ns.buffer, ns.byteOffset, ns.length * 2);
  const ms = new Float64Array(ns.length);
  const nanos = new Int32Array(ns.length);
  for (let i = 0; i < ns.length; i++) {
    const high = halves[2 * i + 1] as number;
    const rest = high * nsPerHighRest + ((halves[2 * i] as number) >>> 0);
    const whole = Math.floor(rest / nsPerMs);
    ms[i] = high * msPerHigh + whole;
    nanos[i] = rest - whole * nsPerMs;
  }
  return { ms, nanos };
}

/** Returns the milliseconds of {@link splitEpochNs} only. */
export function floorEpochMs(ns: BigInt64Array): Float64Array<ArrayBuffer> {
  const halves = new Int32Array(ns.buffer, ns.byteOffset, ns.length * 2);
  const ms = new Float64Array(ns.length);
  for (let i = 0; i < ns.length; i++) {
    const high = halves[2 * i + 1] as number;
    const rest = high * nsPerHighRest + ((halves[2 * i] as number) >>> 0);
    ms[i] = high * msPerHigh + Math.floor(rest / nsPerMs);
  }
  return ms;
}

/**
 * Writes the nanoseconds of a time into one element of the halves of a `BigInt64Array`.
 *
 * @param ms whole milliseconds from {@link minEpochMs} to {@link maxEpochMs}
 * @param nanos 0 to 999999
 */
export function writeEpochNs(halves: Int32Array, index: number, ms: number, nanos: number): void {
  // Both parts are whole and below 2^53, so doubles hold them exactly.
  const msHigh = Math.floor(ms / 4_294_967_296);
  const rest = (ms - msHigh * 4_294_967_296) * nsPerMs + nanos;
  // An element keeps the lower 32 bits of the assigned number.
  halves[2 * index] = rest;
  halves[2 * index + 1] = msHigh * nsPerMs + Math.floor(rest / 4_294_967_296);
}
