import type { ApiStyle } from "../gateway-options.ts";
import type { DataSource } from "./data-source.ts";

/** A data source as `/api/datasources/:id` shows it: without secrets, with the names of those that are set. */
export function describeDataSource(source: DataSource, style: ApiStyle): Readonly<Record<string, unknown>> {
  const isOld = style === "plutono";
  return {
    id: source.id,
    uid: source.uid,
    orgId: 1,
    name: source.name,
    type: source.type,
    typeLogoUrl: "",
    access: "proxy",
    url: source.url,
    ...(isOld ? { password: "" } : {}),
    user: source.user,
    database: source.database,
    basicAuth: source.basicAuth,
    basicAuthUser: source.basicAuthUser,
    ...(isOld ? { basicAuthPassword: "" } : {}),
    withCredentials: source.withCredentials,
    isDefault: source.isDefault,
    jsonData: source.jsonData,
    secureJsonFields: Object.fromEntries(source.secretNames.map((name) => [name, true])),
    version: source.version,
    readOnly: source.readOnly,
    ...(isOld || source.apiVersion === "" ? {} : { apiVersion: source.apiVersion }),
  };
}

/** A data source in the list of `/api/datasources`. */
export function listDataSource(
  source: DataSource,
  typeName: string,
  style: ApiStyle,
): Readonly<Record<string, unknown>> {
  return {
    id: source.id,
    uid: source.uid,
    orgId: 1,
    name: source.name,
    type: source.type,
    ...(style === "plutono" ? {} : { typeName }),
    typeLogoUrl: "",
    access: "proxy",
    url: source.url,
    ...(style === "plutono" ? { password: "" } : {}),
    user: source.user,
    database: source.database,
    basicAuth: source.basicAuth,
    isDefault: source.isDefault,
    jsonData: source.jsonData,
    readOnly: source.readOnly,
  };
}
