/**
 * Formats a duration as Go does, such as `1.5ms`, `2m3.004s` or `0s`: the form of `duration` in the request log.
 *
 * @param ms milliseconds; rounded to whole nanoseconds
 */
export function goDuration(ms: number): string {
  const nanos = Math.round(ms * 1e6);
  if (!(nanos > 0)) return "0s";
  if (nanos < 1e3) return `${nanos}ns`;
  if (nanos < 1e6) return `${decimal(nanos, 3)}µs`;
  if (nanos < 1e9) return `${decimal(nanos, 6)}ms`;
  const minutes = Math.floor(nanos / 60e9);
  const seconds = `${decimal(nanos - minutes * 60e9, 9)}s`;
  if (minutes === 0) return seconds;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${seconds}` : `${hours}h${minutes % 60}m${seconds}`;
}

/** A whole number divided by 10^digits, exactly, without trailing zeros. */
function decimal(whole: number, digits: number): string {
  const text = String(whole).padStart(digits + 1, "0");
  const fraction = text.slice(-digits).replace(/0+$/, "");
  const integer = text.slice(0, -digits);
  return fraction === "" ? integer : `${integer}.${fraction}`;
}
