import type { PluginError } from "../../errors.ts";
import type { FileSources } from "./expand-scalar.ts";
import { createFileReports } from "./file-reports.ts";
import { createJsonReader } from "./json-reader.ts";
import { createScalarReaders, type ScalarReaders } from "./scalar-readers.ts";
import { isNull } from "./scalar-value.ts";
import type { Place, YamlMapping, YamlNode } from "./yaml-node.ts";

/** What the values of one file are read with. */
export interface FileReader extends ScalarReaders {
  /** An error that names file, line and column. */
  readonly fail: (at: Place, message: string) => PluginError;
  readonly warn: (at: Place, message: string) => void;
  /** A mapping as JSON, with the variables of its texts. Empty for null. */
  readonly json: (name: string, node: YamlNode) => Readonly<Record<string, unknown>>;
  /** A mapping of texts. Empty for null. */
  readonly secrets: (name: string, node: YamlNode) => Readonly<Record<string, string>>;
  /** The mappings of a list. Empty for null. */
  readonly mappings: (name: string, node: YamlNode) => readonly YamlMapping[];
}

/**
 * Makes the readers of a file's values. Their texts name members and variables. They quote neither what a variable or a
 * file has, nor anything of a secret.
 */
export function createFileReader(
  file: string,
  sources: FileSources,
  onWarning: (text: string) => void,
): FileReader {
  const reports = createFileReports(file, onWarning);
  const { fail, warn, count } = reports;
  const scalars = createScalarReaders(sources, reports);
  const members = createJsonReader(scalars, reports);
  const mappingOf = (name: string, node: YamlNode): YamlMapping | undefined => {
    if (node.kind === "mapping") return node;
    if (node.kind === "scalar" && isNull(node)) return undefined;
    throw fail(node.at, `${name}: expected a mapping, got a ${node.kind === "scalar" ? "text" : "list"}`);
  };
  return {
    fail,
    warn,
    ...scalars,
    json: (name, node) => {
      const mapping = mappingOf(name, node);
      return mapping === undefined ? {} : members(name, mapping);
    },
    secrets: (name, node) => {
      const pairs = mappingOf(name, node)?.pairs ?? [];
      return Object.fromEntries(
        pairs.map(({ key, value }) => [key.text, scalars.text(`${name}.${key.text}`, value, true)]),
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
