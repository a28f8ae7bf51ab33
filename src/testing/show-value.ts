/** A value of a frame in a line of a difference, at most 200 characters. A time is given as `{ ns }`. */
export function showValue(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (value === undefined) return "none";
  if (isTime(value)) return showTime(value.ns);
  const text = JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? `${each}n` : each));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function isTime(value: unknown): value is { readonly ns: bigint } {
  return typeof value === "object" && value !== null && "ns" in value && typeof value.ns === "bigint";
}

/** A date, followed by the digits beyond milliseconds. */
function showTime(ns: bigint): string {
  const rest = ((ns % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const text = new Date(Number((ns - rest) / 1_000_000n)).toISOString();
  return rest === 0n ? text : text.replace("Z", `${String(rest).padStart(6, "0")}Z`);
}
