/**
 * The time in milliseconds, with fractions, of a clock that never jumps, for durations and deadlines. Its zero is any time
 * in the past.
 *
 * In Node it is not `performance.now()`: the first one of a process loads eleven of Node's modules, which takes two
 * milliseconds of each start.
 */
export function nowMs(): number {
  // Browsers have no process, and some bundlers give them one that lacks most of it.
  if (typeof process === "undefined" || typeof process.hrtime !== "function") return performance.now();
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
