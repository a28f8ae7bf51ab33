import { PluginError } from "./errors.ts";

/**
 * The error for an option that is not what it has to be.
 *
 * @param expected follows "must be"
 */
export function invalidOption(name: string, expected: string, seen: unknown): PluginError {
  return new PluginError("invalid_option", `${name} must be ${expected}, got ${describeValue(seen)}`);
}

/** Words for a value of any kind: short, on one line, and without what is inside an object, which may be a secret. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quoteText(value, 100);
    case "function":
      return "a function";
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
      return "an object";
    case "bigint":
      return `${value}n`;
    default:
      return String(value);
  }
}

/**
 * A text of others in quotes: cut, on one line, with escapes for what would not show. What is no text, but bytes that
 * were read as one, is cut after 40 characters.
 */
export function quoteText(text: string, maxChars: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells bytes from text
  const most = /[\ufffd\u0000-\u0008\u000e-\u001a]/.test(text) ? Math.min(40, maxChars) : maxChars;
  return JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text).replace(
    /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Gives an object back.
 *
 * @throws PluginError `invalid_option` for what is no object, or is a list.
 */
export function objectOption<T extends object>(
  name: string,
  value: T | null | undefined,
  expected: string,
): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidOption(name, expected, value);
  }
  return value;
}

/**
 * Gives a time in milliseconds back when it is a number above 0, or from 0 on with `isZeroAllowed`. Fractions and
 * `Infinity`, which is no limit, are times too.
 *
 * @throws PluginError `invalid_option`.
 */
export function millisecondsOption(
  name: string,
  value: number,
  { isZeroAllowed = false }: { readonly isZeroAllowed?: boolean } = {},
): number {
  if (typeof value === "number" && (value > 0 || (isZeroAllowed && value === 0))) return value;
  const least = isZeroAllowed ? "from 0 on" : "above 0";
  throw invalidOption(name, `a number of milliseconds ${least}, or Infinity`, value);
}

/**
 * Gives a list back.
 *
 * @param check throws for an entry that is wrong; it is given the name of the entry, such as `args[1]`
 * @throws PluginError `invalid_option`.
 */
export function listOption<T>(
  name: string,
  value: readonly T[],
  expected: string,
  check: (name: string, entry: T) => void,
): readonly T[] {
  if (!Array.isArray(value)) throw invalidOption(name, expected, value);
  // Not forEach, which passes over the holes of a list.
  for (let index = 0; index < value.length; index++) check(`${name}[${index}]`, value[index] as T);
  return value;
}

/**
 * Gives a text back that may be passed to the system: without NUL, at which the system would cut it.
 *
 * @param isSecret keeps what was given out of the message
 * @throws PluginError `invalid_option`.
 */
export function systemTextOption(
  name: string,
  value: string,
  { isEmptyAllowed = false, isSecret = false }: { isEmptyAllowed?: boolean; isSecret?: boolean } = {},
): string {
  if (typeof value !== "string") throw invalidOption(name, "a string", value);
  if (!isEmptyAllowed && value === "") throw invalidOption(name, "a string that is not empty", value);
  if (value.includes("\0")) {
    throw invalidOption(name, "a string without NUL characters", isSecret ? undefined : value);
  }
  return value;
}

/**
 * Gives a boolean back.
 *
 * @throws PluginError `invalid_option`.
 */
export function booleanOption(name: string, value: boolean): boolean {
  if (typeof value !== "boolean") throw invalidOption(name, "true or false", value);
  return value;
}

/**
 * Gives a function back.
 *
 * @throws PluginError `invalid_option`.
 */
export function functionOption<F extends (...args: never[]) => unknown>(name: string, value: F): F {
  if (typeof value !== "function") throw invalidOption(name, "a function", value);
  return value;
}

/**
 * Gives a signal back, of any realm.
 *
 * @throws PluginError `invalid_option`.
 */
export function signalOption(name: string, value: AbortSignal): AbortSignal {
  const isSignal =
    typeof value === "object" &&
    value !== null &&
    typeof value.aborted === "boolean" &&
    typeof value.addEventListener === "function" &&
    typeof value.removeEventListener === "function";
  if (!isSignal) throw invalidOption(name, "an AbortSignal", value);
  return value;
}

/**
 * Gives an object back that has these methods.
 *
 * @throws PluginError `invalid_option`.
 */
export function methodsOption<T extends object>(
  name: string,
  value: T,
  methods: readonly (keyof T & string)[],
  expected: string,
): T {
  const given = objectOption(name, value, expected);
  for (const method of methods) {
    if (typeof given[method] !== "function")
      throw invalidOption(`${name}.${method}`, "a function", given[method]);
  }
  return given;
}

/**
 * Makes a callback of the caller one that never throws: what it throws, or rejects with, becomes an uncaught exception
 * of this process in a turn of its own. Thrown where it is called it would end what calls it, such as the reading of a
 * plugin's output, and a plugin whose output nobody reads stands still.
 *
 * @returns `undefined` when there is none
 * @throws PluginError `invalid_option` when it is no function.
 */
export function callbackOption<A extends readonly unknown[]>(
  name: string,
  value: ((...args: A) => unknown) | null | undefined,
): ((...args: A) => void) | undefined {
  if (value === undefined || value === null) return undefined;
  const callback = functionOption(name, value);
  return (...args) => {
    try {
      const result = callback(...args);
      // An async function.
      if (typeof result === "object" && result !== null && "then" in result) {
        Promise.resolve(result).catch(throwApart);
      }
    } catch (reason) {
      throwApart(reason);
    }
  };
}

function throwApart(reason: unknown): void {
  setTimeout(() => {
    throw reason;
  });
}
