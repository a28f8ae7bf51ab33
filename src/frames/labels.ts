import { compareText } from "./compare-text.ts";
import type { Labels } from "./field-config.ts";
import { FrameError } from "./frame-error.ts";
import { invalidArgument } from "./invalid-value.ts";

/** Labels as one text, `a=1, b=2`: sorted by the bytes of their names, nothing escaped, as the Go SDK prints them. */
export function formatLabels(labels: Labels): string {
  return Object.keys(labels)
    .sort(compareText)
    .map((key) => `${key}=${labels[key]}`)
    .join(", ");
}

/**
 * Reads labels from a text, as the Go SDK does: pairs `key=value` with `, ` between them, in braces and with quoted values
 * or not (`{host="a"}`), or a JSON object of texts. An empty text has no labels.
 *
 * Braces, quotes and equals signs cannot stand in a name or a value, which cannot be empty either: {@link formatLabels}
 * escapes nothing, so its text is read back only without them. JSON has no such limit.
 *
 * @throws FrameError `invalid_labels` for a part that is not a pair.
 */
export function parseLabels(text: string): Labels {
  if (typeof text !== "string") throw invalidArgument("parseLabels", "a text", text);
  if (text === "") return {};
  const object = text.startsWith('{"') ? parseObject(text) : undefined;
  if (object !== undefined) return object;
  // From entries, so that a label may be named __proto__.
  return Object.fromEntries(text.split(", ").map(parsePair));
}

/** @returns `undefined` for a text that is not a JSON object of texts */
function parseObject(text: string): Labels | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const entries = Object.entries(value as Record<string, unknown>);
  if (!entries.every(([, each]) => typeof each === "string" || each === null)) return undefined;
  return Object.fromEntries(entries.map(([key, each]) => [key, (each ?? "") as string]));
}

function parsePair(pair: string): [string, string] {
  const [key, value, ...rest] = pair.split(/[={}"]+/).filter((part) => part !== "");
  if (key === undefined || value === undefined || rest.length > 0) {
    throw new FrameError(
      "invalid_labels",
      `labels: expected pairs such as host="a" with ", " between them, or JSON, got ${JSON.stringify(pair.slice(0, 100))}`,
    );
  }
  return [key, value];
}

const offsetBasis = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;

/**
 * A hash of labels, equal to the fingerprint of the Go SDK: 64 bits of FNV-1 over the sorted names and values, each
 * followed by a byte 255. Printed by Go as 16 hexadecimal digits.
 */
export function fingerprintLabels(labels: Labels): bigint {
  let hash = offsetBasis;
  const add = (byte: number): void => {
    hash = BigInt.asUintN(64, hash * prime) ^ BigInt(byte);
  };
  const encoder = new TextEncoder();
  for (const key of Object.keys(labels).sort(compareText)) {
    for (const text of [key, labels[key] as string]) {
      for (const byte of encoder.encode(text)) add(byte);
      add(255);
    }
  }
  return hash;
}
