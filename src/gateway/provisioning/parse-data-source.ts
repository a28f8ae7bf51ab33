import { createHash } from "node:crypto";
import { quoteText } from "../../option-checks.ts";
import { uidForm } from "../data-sources/read-data-sources.ts";
import type { GatewayDataSource } from "../gateway-options.ts";
import type { FileReader } from "./file-reader.ts";
import { knownMembers } from "./known-members.ts";
import type { YamlMapping } from "./yaml-node.ts";

/** A data source of a file: it has the uid that Grafana would give it. */
export interface ProvisionedDataSource extends GatewayDataSource {
  readonly uid: string;
}

const known = [
  "access",
  "apiVersion",
  "basicAuth",
  "basicAuthUser",
  "correlations",
  "database",
  "editable",
  "isDefault",
  "jsonData",
  "name",
  "orgId",
  "orgName",
  "secureJsonData",
  "type",
  "uid",
  "url",
  "user",
  "version",
  "withCredentials",
];

/** Grafana dropped these when it moved secrets into `secureJsonData`. */
const notes = {
  password: "Grafana no longer reads it: put it into secureJsonData as password",
  basicAuthPassword: "Grafana no longer reads it: put it into secureJsonData as basicAuthPassword",
};

/**
 * Reads an entry of `datasources`.
 *
 * @returns `undefined` for one of another organisation
 * @throws PluginError `provisioning_invalid`
 */
export function parseDataSource(
  reader: FileReader,
  name: string,
  mapping: YamlMapping,
): ProvisionedDataSource | undefined {
  const { has, read, placeOf, rawText } = knownMembers(reader, name, mapping, known, notes);
  const text = (member: string): string => read(member, reader.text) ?? "";
  const flag = (member: string): boolean => read(member, reader.boolean) ?? false;
  const required = (member: string): string => {
    const value = text(member);
    if (value !== "") return value;
    const seen = has(member) ? "an empty one" : "none";
    throw reader.fail(placeOf(member), `${name}.${member}: expected a text, got ${seen}`);
  };

  const orgId = read("orgId", reader.wholeNumber) ?? 0;
  if (orgId > 1) {
    const why = `it is for organisation ${orgId}, and there is one, 1`;
    reader.warn(placeOf("orgId"), `${name}: is left out: ${why}`);
    return undefined;
  }
  const sourceName = required("name");
  const type = required("type");
  if (!["", "proxy", "direct"].includes(text("access"))) {
    reader.warn(placeOf("access"), `${name}.access: expected proxy or direct, got another text; it is proxy`);
  }
  const uid = text("uid") || uidOfName(sourceName);
  if (!uidForm.test(uid)) {
    const seen = quoteText(rawText("uid"), 60);
    throw reader.fail(placeOf("uid"), `${name}.uid: expected 1 to 40 letters, digits, - and _, got ${seen}`);
  }
  // No plugin is sent these; they are read for what is wrong with them.
  read("correlations", reader.mappings);
  text("orgName");
  const version = read("version", reader.wholeNumber) ?? 0;
  return {
    name: sourceName,
    type,
    uid,
    url: text("url"),
    user: text("user"),
    database: text("database"),
    basicAuth: flag("basicAuth"),
    basicAuthUser: text("basicAuthUser"),
    withCredentials: flag("withCredentials"),
    isDefault: flag("isDefault"),
    readOnly: !flag("editable"),
    ...(version > 0 ? { version } : {}),
    apiVersion: text("apiVersion"),
    jsonData: read("jsonData", reader.json) ?? {},
    secureJsonData: read("secureJsonData", reader.secrets) ?? {},
  };
}

/** The uid that Grafana gives a data source without one, so that queries written for a Grafana fit. */
function uidOfName(name: string): string {
  return `P${createHash("sha256").update(name).digest("hex").slice(0, 16).toUpperCase()}`;
}
