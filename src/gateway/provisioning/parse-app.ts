import type { GatewayAppSettings } from "../gateway-options.ts";
import type { FileReader } from "./file-reader.ts";
import { knownMembers } from "./known-members.ts";
import type { YamlMapping } from "./yaml-node.ts";

const known = ["disabled", "jsonData", "org_id", "org_name", "secureJsonData", "type"];
const notes = {
  orgId: "Grafana's name for it is org_id, so it is ignored",
  orgName: "Grafana's name for it is org_name, so it is ignored",
};

/**
 * Reads an entry of `apps`: the id of the plugin with its settings.
 *
 * @returns `undefined` for one of another organisation
 * @throws PluginError `provisioning_invalid`
 */
export function parseApp(
  reader: FileReader,
  name: string,
  mapping: YamlMapping,
): readonly [id: string, settings: GatewayAppSettings] | undefined {
  const { read, placeOf } = knownMembers(reader, name, mapping, known, notes);
  const id = read("type", reader.text) ?? "";
  if (id === "") throw reader.fail(placeOf("type"), `${name}.type: expected the id of a plugin, got none`);
  const orgId = read("org_id", reader.wholeNumber) ?? 0;
  const orgName = read("org_name", reader.text) ?? "";
  // The name of the organisation that a Grafana begins with.
  const isOther = orgId > 1 || (orgId < 1 && orgName !== "" && orgName !== "Main Org.");
  if (isOther) {
    reader.warn(mapping.at, `${name}: is left out: it is for another organisation, and there is one, 1`);
    return undefined;
  }
  if (read("disabled", reader.boolean) === true) {
    const what = "a plugin is served as long as its folder is among the plugins";
    reader.warn(placeOf("disabled"), `${name}.disabled: has no effect: ${what}`);
  }
  return [
    id,
    {
      jsonData: read("jsonData", reader.json) ?? {},
      secureJsonData: read("secureJsonData", reader.secrets) ?? {},
    },
  ];
}
