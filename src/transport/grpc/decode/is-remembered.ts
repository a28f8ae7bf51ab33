import type { DescField } from "@bufbuild/protobuf";

/**
 * Names of the fields whose texts recur from call to call and are never secret: ids, types and versions. The map
 * `responses` has the ref ids of a query as its keys.
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
 * Whether the decoder may remember the texts of a field, so that they stay in memory after the call. Only fields that
 * are listed: headers, URLs, users and settings hold tokens and passwords, and so may any field of another contract.
 */
export function isRemembered({ name }: DescField): boolean {
  return names.has(name);
}
