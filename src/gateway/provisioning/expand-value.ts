/** Where the values of an interpolation come from. */
export interface ValueSources {
  /** A variable of the environment; empty if it is not set. */
  readonly variable: (name: string) => string;
  /** The text of the file of `$__file{…}`. Throws when it cannot be read. */
  readonly file: (path: string) => string;
  /** The name of this machine, for `${HOSTNAME}` when that is not set. */
  readonly hostname: () => string;
}

/**
 * Interpolates a value as Grafana does: `$__env{NAME}` and `${NAME}`, then `$__file{path}` (without outer whitespace),
 * then what Go's `os.ExpandEnv` finds in the result: `$NAME` and `${NAME}`. So what `${NAME}` and `$__file{…}` give is
 * interpolated again, and what `$NAME` gives is not. `$$` is a dollar.
 */
export function expandValue(raw: string, sources: ValueSources): string {
  if (!raw.includes("$")) return raw;
  return raw
    .split("$$")
    .map((part) => expandPart(part, sources))
    .join("$");
}

function expandPart(part: string, { variable, file, hostname }: ValueSources): string {
  const withVariables = replaceCalls(part, (name, argument) => {
    if (name !== "" && name !== "__env") return undefined;
    const value = variable(argument);
    return argument === "HOSTNAME" && value === "" ? hostname() : value;
  });
  const withFiles = replaceCalls(withVariables, (name, argument) =>
    name === "__file" ? trimSpace(file(argument)) : undefined,
  );
  return expandVariables(withFiles, variable);
}

/** Replaces each `$name{argument}` for which `resultOf` has a value; `name` is empty or begins with two underscores. */
function replaceCalls(
  text: string,
  resultOf: (name: string, argument: string) => string | undefined,
): string {
  let result = "";
  let copied = 0;
  let at = text.indexOf("$");
  while (at !== -1) {
    const call = callAt(text, at);
    if (call === "none further") break;
    if (call !== undefined) {
      const value = resultOf(call.name, call.argument);
      if (value !== undefined) {
        result += text.slice(copied, at) + value;
        copied = call.end;
      }
    }
    at = text.indexOf("$", call?.end ?? at + 1);
  }
  return result + text.slice(copied);
}

interface Call {
  readonly name: string;
  readonly argument: string;
  readonly end: number;
}

const nameForm = /(?:__\w+)?/y;

function callAt(text: string, dollar: number): Call | "none further" | undefined {
  nameForm.lastIndex = dollar + 1;
  const name = nameForm.exec(text)?.[0] ?? "";
  const brace = dollar + 1 + name.length;
  if (text[brace] !== "{") return undefined;
  const end = text.indexOf("}", brace + 1);
  // Without this a text of many "${" would be searched to its end for each of them.
  if (end === -1) return "none further";
  return end === brace + 1 ? undefined : { name, argument: text.slice(brace + 1, end), end: end + 1 };
}

/** Go's `os.Expand`. */
function expandVariables(text: string, variable: (name: string) => string): string {
  const lastBrace = text.lastIndexOf("}");
  let result = "";
  let copied = 0;
  for (let at = text.indexOf("$"); at !== -1 && at + 1 < text.length; at = text.indexOf("$", copied)) {
    const { name, width } = shellName(text, at + 1, lastBrace);
    result += text.slice(copied, at);
    if (name !== "") result += variable(name);
    // A dollar before no name stays; bad syntax such as "${}" is left out.
    else if (width === 0) result += "$";
    copied = at + 1 + width;
  }
  return result + text.slice(copied);
}

const alphanumeric = /\w*/y;
const special = /[*#$@!?\-0-9]/;

function shellName(
  text: string,
  start: number,
  lastBrace: number,
): { readonly name: string; readonly width: number } {
  const first = text[start] ?? "";
  if (first === "{") {
    const second = text[start + 1] ?? "";
    if (special.test(second) && text[start + 2] === "}") return { name: second, width: 3 };
    const end = lastBrace > start ? text.indexOf("}", start + 1) : -1;
    if (end === -1) return { name: "", width: 1 };
    return { name: text.slice(start + 1, end), width: end - start + 1 };
  }
  if (special.test(first)) return { name: first, width: 1 };
  alphanumeric.lastIndex = start;
  const name = alphanumeric.exec(text)?.[0] ?? "";
  return { name, width: name.length };
}

const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Go's `strings.TrimSpace`, whose spaces are not those of JavaScript. */
function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && space.test(text[start] ?? "")) start++;
  while (end > start && space.test(text[end - 1] ?? "")) end--;
  return text.slice(start, end);
}
