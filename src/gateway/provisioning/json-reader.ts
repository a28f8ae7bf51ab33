import type { FileReports } from "./file-reports.ts";
import type { ScalarReaders } from "./scalar-readers.ts";
import { scalarValue, tagPrefix } from "./scalar-value.ts";
import type { YamlMapping, YamlNode, YamlScalar } from "./yaml-node.ts";

/** Tags whose values are typed as those without one. */
const typedTags: ReadonlySet<string> = new Set(
  ["bool", "float", "int", "null"].map((name) => `${tagPrefix}${name}`),
);

/** The members of a mapping as values of JSON, typed as YAML types them, with the variables of their texts. */
export type JsonReader = (name: string, mapping: YamlMapping) => Readonly<Record<string, unknown>>;

export function createJsonReader(
  { text }: Pick<ScalarReaders, "text">,
  { count, fail, warn }: FileReports,
): JsonReader {
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
  return members;
}
