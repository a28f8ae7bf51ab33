import { hostname } from "node:os";
import { resolve } from "node:path";
import { messageOf } from "../../errors.ts";
import { expandValue } from "./expand-value.ts";
import type { FileReports } from "./file-reports.ts";
import type { YamlScalar } from "./yaml-node.ts";

/** What the values of a file come from. */
export interface FileSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads the file of `$__file{…}` by its absolute path; its errors follow the path. */
  readonly readFile: (path: string) => string;
}

/** Variables of one value that are named as not set. */
const maxNamed = 3;

/**
 * The text of a scalar with its variables.
 *
 * @param name the member, for errors and warnings
 * @param isSecret whether nothing of the text may be in a warning
 * @throws PluginError `provisioning_invalid`
 */
export function expandScalar(
  name: string,
  { at, text }: YamlScalar,
  isSecret: boolean,
  { env, readFile }: FileSources,
  { fail, warn }: FileReports,
): string {
  if (!text.includes("$")) return text;
  const unset = new Set<string>();
  const value = expandValue(text, {
    variable: (variable) => {
      const known = Object.hasOwn(env, variable) ? env[variable] : undefined;
      if (known === undefined) unset.add(variable);
      return known ?? "";
    },
    file: (path) => {
      try {
        return readFile(resolve(path));
      } catch (reason) {
        throw fail(at, `${name}: the file of $__file ${messageOf(reason)}`);
      }
    },
    hostname,
  });
  if (value.includes("\0"))
    throw fail(at, `${name}: expected a text without NUL characters, got one with them`);
  for (const variable of [...unset].slice(0, maxNamed)) {
    // What follows a dollar within a secret, or within what a variable has, may be a part of it.
    const isNamed = !isSecret && namesVariable(text, variable);
    const what = isNamed ? `the variable ${variable}` : "a variable";
    warn(
      at,
      `${name}: ${what} is not set, so nothing stands in its place; a dollar of the text itself is $$`,
    );
  }
  const unknown = /\$(__(?!env\{|file\{)\w+)\{/.exec(text)?.[1];
  if (unknown !== undefined) {
    warn(at, `${name}: expected $__env{…} or $__file{…}, got a name that only Grafana Enterprise may know`);
  }
  return value;
}

/** Whether the file itself names a variable. */
function namesVariable(text: string, variable: string): boolean {
  return text.includes(`$${variable}`) || text.includes(`{${variable}}`);
}
