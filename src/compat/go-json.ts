import { compareText } from "../frames/compare-text.ts";
import { FrameError } from "../frames/frame-error.ts";
import { goText } from "../frames/json/go-text.ts";

/** JSON as Go writes it. */

export function jsonText(text: string): string {
  return goText(JSON.stringify(text));
}

/** JSON in which some texts have HTML characters that Go escapes when it writes a whole body. */
export function escapeHtml(json: string): string {
  return hasHtmlCharacters(json)
    ? json.replace(htmlCharactersAll, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : json;
}

export function hasHtmlCharacters(text: string): boolean {
  return htmlCharacters.test(text);
}

const htmlCharacters = /[<>&\u2028\u2029]/;
const htmlCharactersAll = /[<>&\u2028\u2029]/g;

/** An object of members that are JSON already; those that are undefined are left out. */
export function jsonObject(members: Readonly<Record<string, string | undefined>>): string {
  return joinMembers(Object.entries(members));
}

/** A map of Go: its keys are sorted by their bytes. */
export function jsonMap(entries: Iterable<readonly [string, string]>): string {
  return joinMembers([...entries].sort(([a], [b]) => compareText(a, b)));
}

function joinMembers(entries: readonly (readonly [string, string | undefined])[]): string {
  const members = entries.filter(([, value]) => value !== undefined);
  return `{${members.map(([key, value]) => `${jsonText(key)}:${value}`).join(",")}}`;
}

export function jsonList(items: readonly string[]): string {
  return `[${items.join(",")}]`;
}

/** A number as `encoding/json` spells it: JavaScript's spelling but for the sign of zero. NaN is null. */
export function jsonNumber(value: number, where: string): string {
  if (Number.isNaN(value)) return "null";
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  throw new FrameError(
    "v1_unsupported",
    `${where}: JSON cannot hold ${value}, expected a finite number, NaN or null`,
  );
}

/** The same without an exponent, which is how hosts spell the points of a v1 time series. */
export function jsonDecimal(value: number, where: string): string {
  const text = jsonNumber(value, where);
  const [digits = "", exponent] = text.split("e");
  if (exponent === undefined) return text;
  const sign = digits.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = digits.replace("-", "").split(".");
  const shift = Number(exponent);
  return shift < 0
    ? `${sign}0.${"0".repeat(-shift - 1)}${whole}${fraction}`
    : `${sign}${whole}${fraction.padEnd(shift, "0")}`;
}

/**
 * JSON text as Go writes it after reading it into an `any`: keys sorted, numbers digit by digit as they came.
 *
 * @returns `undefined` for text that is not JSON
 */
export function respellJson(text: string): string | undefined {
  const digits = new WeakMap<object, string>();
  const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    if (typeof value !== "number" || context?.source === undefined) return value;
    const number = {};
    digits.set(number, context.source);
    return number;
  };
  const spell = (value: unknown): string => {
    if (Array.isArray(value)) return jsonList(value.map(spell));
    if (typeof value === "string") return jsonText(value);
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    return digits.get(value) ?? jsonMap(Object.entries(value).map(([key, item]) => [key, spell(item)]));
  };
  try {
    return spell(JSON.parse(text, keepDigits));
  } catch {
    return undefined;
  }
}
