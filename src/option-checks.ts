import { PluginError } from "./errors.ts";

/**
 * Called first by what needs a recent Node: without it the failure would be a `TypeError` about a missing function.
 *
 * @throws PluginError `unsupported_runtime`.
 */
export function checkRuntime(): void {
  // The newest function of the language that this package calls.
  if (typeof Promise.withResolvers === "function") return;
  throw new PluginError(
    "unsupported_runtime",
    `expected Node 22.12 or newer, or another runtime as recent, and this is Node ${process.versions.node}: run the program with a newer one`,
  );
}

/**
 * Makes the error for an option with an invalid value.
 *
 * @param expected follows "must be"
 */
export function invalidOption(name: string, expected: string, seen: unknown): PluginError {
  return new PluginError("invalid_option", `${name} must be ${expected}, got ${describeValue(seen)}`);
}

/**
 * Describes a value of any kind for an error text: short, on one line, without the contents of objects, which may be
 * secret.
 */
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
 * Quotes untrusted text: cut, on one line, with escapes for invisible characters. Binary data that was read as text is
 * cut after 40 characters.
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
 * Checks that an option is an object and returns it.
 *
 * @throws PluginError `invalid_option` for a value that is not an object, and for a list.
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
 * Checks that an option is a time in milliseconds and returns it: a number > 0, or >= 0 with `isZeroAllowed`. Fractions
 * are allowed, and `Infinity`, which means no limit.
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
 * Checks that an option is a list and returns it.
 *
 * @param check throws for an invalid entry; it gets the name of the entry, such as `args[1]`
 * @throws PluginError `invalid_option`.
 */
export function listOption<T>(
  name: string,
  value: readonly T[],
  expected: string,
  check: (name: string, entry: T) => void,
): readonly T[] {
  if (!Array.isArray(value)) throw invalidOption(name, expected, value);
  // Not forEach, which skips the holes of a list.
  for (let index = 0; index < value.length; index++) check(`${name}[${index}]`, value[index] as T);
  return value;
}

/**
 * Checks that an option is a text that can be passed to the system and returns it. It must not have NUL, at which the
 * system would cut it.
 *
 * @param isSecret keeps the value out of the error text
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
    if (!isSecret) throw invalidOption(name, "a string without NUL characters", value);
    throw new PluginError(
      "invalid_option",
      `${name} must be a string without NUL characters, got one with them`,
    );
  }
  return value;
}

/**
 * Checks that an option is a boolean and returns it.
 *
 * @throws PluginError `invalid_option`.
 */
export function booleanOption(name: string, value: boolean): boolean {
  if (typeof value !== "boolean") throw invalidOption(name, "true or false", value);
  return value;
}

/**
 * Checks that an option is a function and returns it.
 *
 * @throws PluginError `invalid_option`.
 */
export function functionOption<F extends (...args: never[]) => unknown>(name: string, value: F): F {
  if (typeof value !== "function") throw invalidOption(name, "a function", value);
  return value;
}

/**
 * Checks that an option is an AbortSignal, of any realm, and returns it.
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
 * Checks that an option is an object with these methods and returns it.
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
 * Wraps a callback of the caller so that it never throws: an exception or rejection becomes an uncaught exception of
 * this process, in its own turn. Otherwise it would end our code that calls it, such as the reading of a plugin's
 * output, and a plugin blocks if its output is not read.
 *
 * @returns `undefined` if the option is absent
 * @throws PluginError `invalid_option` if it is not a function.
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
