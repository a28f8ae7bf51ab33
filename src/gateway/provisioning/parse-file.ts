import type { GatewayAppSettings } from "../gateway-options.ts";
import type { FileSources } from "./expand-scalar.ts";
import { createFileReader } from "./file-reader.ts";
import { knownMembers } from "./known-members.ts";
import type { YamlPackage } from "./load-yaml.ts";
import { parseApp } from "./parse-app.ts";
import { type ProvisionedDataSource, parseDataSource } from "./parse-data-source.ts";
import { isYamlFault, parseYaml } from "./parse-yaml.ts";
import type { YamlNode } from "./yaml-node.ts";

/** What one file of Grafana's provisioning says. */
export interface ParsedFile {
  /** Names of `deleteDatasources`. */
  readonly deletions: readonly string[];
  readonly dataSources: readonly PlacedDataSource[];
  readonly apps: readonly (readonly [id: string, settings: GatewayAppSettings])[];
}

/** A data source and where it is, such as `/etc/a.yaml:3:5`. */
export interface PlacedDataSource {
  readonly source: ProvisionedDataSource;
  readonly where: string;
}

const members = ["apiVersion", "apps", "datasources", "deleteDatasources", "prune"];

/**
 * Parses the text of a file.
 *
 * @throws PluginError `provisioning_invalid`
 */
export function parseFile(
  yaml: YamlPackage,
  file: string,
  text: string,
  sources: FileSources,
  onWarning: (text: string) => void,
): ParsedFile {
  const reader = createFileReader(file, sources, onWarning);
  const root = parseRoot();
  const nothing: ParsedFile = { deletions: [], dataSources: [], apps: [] };
  if (root === undefined || (root.kind === "scalar" && root.text === "")) return nothing;
  if (root.kind !== "mapping") {
    const seen = root.kind === "scalar" ? "text" : "list";
    throw reader.fail(root.at, `expected a mapping with apiVersion and datasources, got a ${seen}`);
  }
  const { has, read, placeOf } = knownMembers(reader, "", root, members);
  const version = read("apiVersion", reader.wholeNumber) ?? 0;
  const needsVersion = has("datasources") || has("deleteDatasources");
  if (version !== 1 && (version !== 0 || needsVersion)) {
    const seen = version === 0 ? "none" : String(version);
    throw reader.fail(placeOf("apiVersion"), `apiVersion: expected 1, got ${seen}: write apiVersion: 1`);
  }
  read("prune", reader.boolean);
  const deletions = entries("deleteDatasources", (name, node) => {
    const entry = knownMembers(reader, name, node, ["name", "orgId", "orgName"]);
    const isOther = (entry.read("orgId", reader.wholeNumber) ?? 0) > 1;
    return isOther ? undefined : entry.read("name", reader.text);
  });
  const dataSources = entries("datasources", (name, node) => {
    const source = parseDataSource(reader, name, node);
    return source === undefined ? undefined : { source, where: `${file}:${node.at.line}:${node.at.column}` };
  });
  return { deletions, dataSources, apps: entries("apps", (name, node) => parseApp(reader, name, node)) };

  function parseRoot(): YamlNode | undefined {
    try {
      const parsed = parseYaml(yaml, text);
      for (const { at, message } of parsed.faults) reader.warn(at, message);
      return parsed.root;
    } catch (error) {
      throw isYamlFault(error) ? reader.fail(error.at, error.message) : error;
    }
  }

  function entries<T>(
    member: string,
    parse: (name: string, node: Extract<YamlNode, { kind: "mapping" }>) => T | undefined,
  ): readonly T[] {
    const list = read(member, reader.mappings) ?? [];
    return list.flatMap((node, index) => {
      const entry = parse(`${member}[${index}]`, node);
      return entry === undefined ? [] : [entry];
    });
  }
}
