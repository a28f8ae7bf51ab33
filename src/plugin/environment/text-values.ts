import { PluginError } from "../../errors.ts";

/** Variables or configuration values by name. */
export type TextValues = Readonly<Record<string, string | undefined>>;

/** The value, unless it is empty. */
export function readText(values: TextValues, name: string): string | undefined {
  return values[name] === "" ? undefined : values[name];
}

/** The entries of a comma-separated list, without spaces and without empty entries. */
export function readList(values: TextValues, name: string, separator: "," | " " = ","): readonly string[] {
  const entries = (values[name] ?? "").split(separator).map((entry) => entry.trim());
  return entries.filter((entry) => entry !== "");
}

/** @throws PluginError `invalid_option` naming the variable and its value. */
export function readInteger(values: TextValues, name: string): number | undefined {
  const text = readText(values, name);
  if (text === undefined) return undefined;
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw malformed(name, "a whole number", text);
  return Number(text);
}

/** @throws PluginError `invalid_option` naming the variable and its value. */
export function readNumber(values: TextValues, name: string): number | undefined {
  const text = readText(values, name);
  if (text === undefined) return undefined;
  if (text.trim() === "" || !Number.isFinite(Number(text))) throw malformed(name, "a number", text);
  return Number(text);
}

/** Parses a boolean as Go's `strconv.ParseBool`. @throws PluginError `invalid_option` naming the variable and its value. */
export function readBoolean(values: TextValues, name: string): boolean | undefined {
  const text = readText(values, name);
  if (text === undefined) return undefined;
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw malformed(name, "true or false", text);
}

function malformed(name: string, expected: string, seen: string): PluginError {
  return new PluginError(
    "invalid_option",
    `expected ${expected} in ${name}, got ${JSON.stringify(seen.slice(0, 200))}: correct it in the configuration of the host`,
  );
}
