import { hostname } from "node:os";
import { resolve } from "node:path";
import { messageOf, PluginError } from "../../errors.ts";
import { expandValue } from "./expand-value.ts";
import { yamlBounds } from "./parse-yaml.ts";
import { scalarValue } from "./scalar-value.ts";
import type { Place, YamlMapping, YamlNode, YamlScalar } from "./yaml-node.ts";

/** What the values of one file are read with. */
export interface FileReader {
  /** An error that names file, line and column. */
  readonly fail: (at: Place, message: string) => PluginError;
  readonly warn: (at: Place, message: string) => void;
  /** The value of a scalar with its variables. Empty for null. */
  readonly text: (name: string, node: YamlNode, isSecret?: boolean) => string;
  readonly boolean: (name: string, node: YamlNode) => boolean;
  readonly wholeNumber: (name: string, node: YamlNode) => number;
  /** A mapping as JSON, with the variables of its texts. Empty for null. */
  readonly json: (name: string, node: YamlNode) => Readonly<Record<string, unknown>>;
  /** A mapping of texts. Empty for null. */
  readonly secrets: (name: string, node: YamlNode) => Readonly<Record<string, string>>;
  /** The mappings of a list. Empty for null. */
  readonly mappings: (name: string, node: YamlNode) => readonly YamlMapping[];
}

/** What the values of a file come from. */
export interface FileSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads the file of `$__file{…}` by its absolute path; its errors follow the path. */
  readonly readFile: (path: string) => string;
}

/**
 * Makes the readers of a file's values. Their texts name members and variables. They quote neither what a variable or a
 * file has, nor anything of a secret.
 */
export function createFileReader(
  file: string,
  { env, readFile }: FileSources,
  onWarning: (text: string) => void,
): FileReader {
  const where = ({ line, column }: Place): string => `${file}:${line}:${column}`;
  const fail = (at: Place, message: string): PluginError =>
    new PluginError("provisioning_invalid", `${where(at)}: ${message}`);
  const warn = (at: Place, message: string): void => onWarning(`${where(at)}: ${message}`);
  let left: number = yamlBounds.values;
  const count = (at: Place): void => {
    left -= 1;
    if (left < 0) throw fail(at, `expected at most ${yamlBounds.values} values, got more by aliases`);
  };

  const expand = (name: string, { at, text }: YamlScalar, isSecret: boolean): string => {
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
  };
  const scalarOf = (name: string, node: YamlNode): YamlScalar => {
    count(node.at);
    if (node.kind === "scalar") return node;
    throw fail(node.at, `${name}: expected one value, got a ${node.kind}`);
  };
  const text = (name: string, node: YamlNode, isSecret = false): string => {
    const scalar = scalarOf(name, node);
    if (isNull(scalar)) return "";
    if (scalar.text.includes("\0")) throw fail(node.at, `${name}: expected a text without NUL characters`);
    return expand(name, scalar.tag === binaryTag ? decodeBinary(scalar) : scalar, isSecret);
  };
  const boolean = (name: string, node: YamlNode): boolean => {
    const scalar = scalarOf(name, node);
    if (isNull(scalar)) return false;
    const value = expand(name, scalar, false);
    if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true;
    if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false;
    const hint = /^(yes|no|on|off|y|n)$/i.test(scalar.text) ? `, got ${scalar.text}` : ", got another text";
    throw fail(node.at, `${name}: expected true or false${value === "" ? ", got an empty text" : hint}`);
  };
  const wholeNumber = (name: string, node: YamlNode): number => {
    const scalar = scalarOf(name, node);
    const value = isNull(scalar) ? "" : expand(name, scalar, false);
    if (value === "") return 0;
    const number = /^[-+]?\d{1,18}$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isSafeInteger(number)) return number;
    throw fail(node.at, `${name}: expected a whole number in decimal digits, got another text`);
  };
  const anything = (name: string, node: YamlNode): unknown => {
    count(node.at);
    switch (node.kind) {
      case "mapping":
        return members(name, node);
      case "sequence":
        return node.items.map((item, index) => anything(`${name}[${index}]`, item));
      default:
        return single(name, node);
    }
  };
  const single = (name: string, node: YamlScalar): unknown => {
    const { at, tag } = node;
    if (!node.isPlain && tag === undefined) return text(name, node);
    if (tag !== undefined && !typedTags.has(tag)) return text(name, node);
    const value = scalarValue(node.text);
    if (typeof value === "string") return text(name, node);
    if (typeof value !== "number") return value;
    if (!Number.isFinite(value)) throw fail(at, `${name}: expected a value that JSON has, got ${node.text}`);
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      warn(
        at,
        `${name}: the number is beyond 2^53, where not every number exists: quote it to make it a text`,
      );
    }
    return value;
  };
  const members = (name: string, { pairs }: YamlMapping): Readonly<Record<string, unknown>> => {
    // A key may be "__proto__".
    const entries: (readonly [string, unknown])[] = [];
    for (const { key, value } of pairs) entries.push([key.text, anything(`${name}.${key.text}`, value)]);
    return Object.fromEntries(entries);
  };
  const mappingOf = (name: string, node: YamlNode): YamlMapping | undefined => {
    if (node.kind === "mapping") return node;
    if (node.kind === "scalar" && isNull(node)) return undefined;
    throw fail(node.at, `${name}: expected a mapping, got a ${node.kind === "scalar" ? "text" : "list"}`);
  };
  return {
    fail,
    warn,
    text,
    boolean,
    wholeNumber,
    json: (name, node) => {
      const mapping = mappingOf(name, node);
      return mapping === undefined ? {} : members(name, mapping);
    },
    secrets: (name, node) => {
      const pairs = mappingOf(name, node)?.pairs ?? [];
      return Object.fromEntries(
        pairs.map(({ key, value }) => [key.text, text(`${name}.${key.text}`, value, true)]),
      );
    },
    mappings: (name, node) => {
      if (node.kind === "scalar" && isNull(node)) return [];
      if (node.kind !== "sequence") {
        throw fail(
          node.at,
          `${name}: expected a list, got a ${node.kind === "scalar" ? "text" : "mapping"}: begin each entry with "- "`,
        );
      }
      return node.items.flatMap((item, index) => {
        count(item.at);
        return mappingOf(`${name}[${index}]`, item) ?? [];
      });
    },
  };
}

/** Variables of one value that are named as not set. */
const maxNamed = 3;

const tagPrefix = "tag:yaml.org,2002:";
const binaryTag = `${tagPrefix}binary`;
/** Tags whose values are typed as those without one. */
const typedTags: ReadonlySet<string> = new Set(
  ["bool", "float", "int", "null"].map((name) => `${tagPrefix}${name}`),
);

function isNull({ isPlain, tag, text }: YamlScalar): boolean {
  return (isPlain && tag === undefined && scalarValue(text) === null) || tag === `${tagPrefix}null`;
}

function decodeBinary(scalar: YamlScalar): YamlScalar {
  return { ...scalar, text: Buffer.from(scalar.text, "base64").toString("utf8") };
}

/** Whether the file itself names a variable. */
function namesVariable(text: string, variable: string): boolean {
  return text.includes(`$${variable}`) || text.includes(`{${variable}}`);
}
