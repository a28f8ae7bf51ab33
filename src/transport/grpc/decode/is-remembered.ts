import type { DescField } from "@bufbuild/protobuf";

/**
 * Names of the fields whose texts recur from call to call and are never secret: ids, types and versions. The keys of
 * the map `responses` are the refIds of queries.
 */
const names: ReadonlySet<string> = new Set([
  "apiVersion",
  "errorSource",
  "frameId",
  "group",
  "kind",
  "pluginId",
  "pluginVersion",
  "queryType",
  "refId",
  "responses",
  "type",
  "uid",
  "version",
]);

/**
 * Whether the decoder may cache the texts of a field, which then stay in memory after the call. Only listed fields:
 * headers, URLs, users and settings hold tokens and passwords, and so may any field of another contract.
 */
export function isRemembered({ name }: DescField): boolean {
  return names.has(name);
}
