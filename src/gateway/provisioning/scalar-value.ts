import type { YamlScalar } from "./yaml-node.ts";

/** A scalar as Go's yaml.v2, which Grafana reads its files with, types it. */
export type ScalarValue = boolean | number | string | null;

const words: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map(
    (word): [string, ScalarValue] => [word, true],
  ),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (word): [string, ScalarValue] => [word, false],
  ),
  ...["", "~", "null", "Null", "NULL"].map((word): [string, ScalarValue] => [word, null]),
  ...[".nan", ".NaN", ".NAN"].map((word): [string, ScalarValue] => [word, Number.NaN]),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word): [string, ScalarValue] => [
    word,
    Number.POSITIVE_INFINITY,
  ]),
  ...["-.inf", "-.Inf", "-.INF"].map((word): [string, ScalarValue] => [word, Number.NEGATIVE_INFINITY]),
]);

const wholeForm =
  /^(?<sign>[-+]?)(?:0[xX](?<hex>[\da-fA-F]+)|0[oO](?<octal>[0-7]+)|0[bB](?<binary>[01]+)|0(?<old>[0-7]+)|(?<decimal>0|[1-9]\d*))$/;
const floatForm = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;

/**
 * Types a plain scalar: YAML 1.1's words for booleans, octal numbers such as `010`, `0x`, `0o`, `0b` and digits with
 * underscores. Times and dates are texts.
 */
export function scalarValue(text: string): ScalarValue {
  const word = words.get(text);
  if (word !== undefined) return word;
  const first = text[0] ?? "";
  if (first === ".") return floatOf(text) ?? text;
  if (!/[-+\d]/.test(first)) return text;
  const plain = text.replaceAll("_", "");
  return wholeOf(plain) ?? floatOf(plain) ?? text;
}

function wholeOf(plain: string): number | undefined {
  const { sign, hex, octal, binary, old, decimal } = wholeForm.exec(plain)?.groups ?? {};
  const digits =
    hex !== undefined
      ? `0x${hex}`
      : (octal ?? old) !== undefined
        ? `0o${octal ?? old}`
        : binary !== undefined
          ? `0b${binary}`
          : decimal;
  // More digits than any number of 64 bits has would cost BigInt a long time.
  if (digits === undefined || digits.length > 80) return undefined;
  const value = BigInt(digits) * (sign === "-" ? -1n : 1n);
  const most = sign === "" ? (1n << 64n) - 1n : (1n << 63n) - 1n;
  return value >= -(1n << 63n) && value <= most ? Number(value) : undefined;
}

function floatOf(plain: string): number | undefined {
  const value = floatForm.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** What the tags of YAML's own types begin with. */
export const tagPrefix = "tag:yaml.org,2002:";

/** Whether a scalar is null: by its text, or by its tag. */
export function isNull({ isPlain, tag, text }: YamlScalar): boolean {
  return (isPlain && tag === undefined && scalarValue(text) === null) || tag === `${tagPrefix}null`;
}
