import { expandScalar, type FileSources } from "./expand-scalar.ts";
import type { FileReports } from "./file-reports.ts";
import { isNull, tagPrefix } from "./scalar-value.ts";
import type { YamlNode, YamlScalar } from "./yaml-node.ts";

/** Readers of one value, with its variables. Each throws a PluginError `provisioning_invalid` for another kind of node. */
export interface ScalarReaders {
  /** The value of a scalar. Empty for null. */
  readonly text: (name: string, node: YamlNode, isSecret?: boolean) => string;
  readonly boolean: (name: string, node: YamlNode) => boolean;
  readonly wholeNumber: (name: string, node: YamlNode) => number;
}

const binaryTag = `${tagPrefix}binary`;

export function createScalarReaders(sources: FileSources, reports: FileReports): ScalarReaders {
  const { fail, count } = reports;
  const expand = (name: string, scalar: YamlScalar, isSecret = false): string =>
    expandScalar(name, scalar, isSecret, sources, reports);
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
    const value = expand(name, scalar);
    if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true;
    if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false;
    const hint = /^(yes|no|on|off|y|n)$/i.test(scalar.text) ? `, got ${scalar.text}` : ", got another text";
    throw fail(node.at, `${name}: expected true or false${value === "" ? ", got an empty text" : hint}`);
  };
  const wholeNumber = (name: string, node: YamlNode): number => {
    const scalar = scalarOf(name, node);
    const value = isNull(scalar) ? "" : expand(name, scalar);
    if (value === "") return 0;
    const number = /^[-+]?\d{1,18}$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isSafeInteger(number)) return number;
    throw fail(node.at, `${name}: expected a whole number in decimal digits, got another text`);
  };
  return { text, boolean, wholeNumber };
}

function decodeBinary(scalar: YamlScalar): YamlScalar {
  return { ...scalar, text: Buffer.from(scalar.text, "base64").toString("utf8") };
}
