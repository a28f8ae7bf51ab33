/**
 * A `grpc-timeout`: up to eight digits and a unit (PROTOCOL-HTTP2, "Timeout"). Rounded up, so that a peer does not time
 * out before this side. An expired time becomes the shortest possible one.
 */
export function formatTimeout(timeoutMs: number): string {
  if (timeoutMs <= 0) return "1n";
  let value = timeoutMs;
  for (const [unit, factor] of finerUnits) {
    if (!Number.isInteger(timeoutMs) && value * factor <= maxDigits)
      return `${Math.ceil(value * factor)}${unit}`;
  }
  for (const [unit, factor] of units) {
    value = Math.ceil(timeoutMs / factor);
    if (value <= maxDigits) return `${value}${unit}`;
  }
  return `${maxDigits}H`;
}

/** Milliseconds, or `undefined` for an invalid timeout. */
export function parseTimeout(text: string): number | undefined {
  const digits = text.slice(0, -1);
  if (!/^\d{1,8}$/.test(digits)) return undefined;
  const factor = milliseconds[text.slice(-1)];
  return factor === undefined ? undefined : Number(digits) * factor;
}

const maxDigits = 99_999_999;

const milliseconds: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

const units = [
  ["m", 1],
  ["S", 1000],
  ["M", 60_000],
  ["H", 3_600_000],
] as const;

const finerUnits = [["u", 1000]] as const;
