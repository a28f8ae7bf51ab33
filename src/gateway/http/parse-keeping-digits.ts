/** Texts with numbers that `JSON.parse` and `JSON.stringify` may spell differently. */
const mayChange = /\d{16}|\d\.\d*0\b|\d[eE]|-0\b/;

/**
 * Parses JSON so that `JSON.stringify` writes every number digit by digit as it came. Numbers that would change become
 * objects which only `JSON.stringify` understands; all others are numbers.
 *
 * @throws SyntaxError
 */
export function parseKeepingDigits(text: string): unknown {
  if (!mayChange.test(text)) return JSON.parse(text);
  return JSON.parse(text, keepDigits);
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== "number" || source === undefined || source === String(value)) return value;
  return raw.rawJSON(source);
}

/** Part of every Node that this package runs on; TypeScript's library does not have it yet. */
const raw = JSON as unknown as { readonly rawJSON: (text: string) => object };
