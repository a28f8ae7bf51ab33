import { invalidOption, listOption, objectOption, systemTextOption } from "../../option-checks.ts";
import type { GatewayDataSource } from "../gateway-options.ts";
import type { DataSource, DataSourceMessage } from "./data-source.ts";

/**
 * Checks data sources and fills in their defaults.
 *
 * @param previous those that are replaced: one that has not changed keeps its number and its time
 * @throws PluginError `invalid_option`, also for a uid, name or id that two of them have.
 */
export function readDataSources(
  given: readonly GatewayDataSource[],
  previous: readonly DataSource[] = [],
): readonly DataSource[] {
  listOption("dataSources", given, "a list of data sources", (name, entry) => {
    objectOption(name, entry, "an object with name and type");
  });
  const known = new Map(previous.map((each) => [each.uid, each]));
  const givenIds = new Set(given.map(({ id }) => id));
  // Plugins keep their instances by this number, so that of one that stays goes to no other.
  const kept = new Set(
    given.flatMap(({ id, uid, name }) => {
      const before = id === undefined ? known.get(uid ?? uidOf(String(name)))?.id : undefined;
      return before === undefined || givenIds.has(before) ? [] : [before];
    }),
  );
  const taken = new Set([...givenIds, ...kept]);
  const read: DataSource[] = [];
  for (const [index, entry] of given.entries()) {
    const where = `dataSources[${index}]`;
    const name = systemTextOption(`${where}.name`, entry.name);
    const uid = uidOption(where, entry.uid ?? uidOf(name));
    const before = known.get(uid);
    const id = idOption(
      where,
      entry.id ?? (before !== undefined && kept.has(before.id) ? before.id : freeId(taken)),
    );
    taken.add(id);
    for (const other of read) {
      if (other.uid === uid) throw invalidOption(`${where}.uid`, "one of its own", uid);
      if (other.name === name) throw invalidOption(`${where}.name`, "one of its own", name);
      if (other.id === id) throw invalidOption(`${where}.id`, "one of its own", id);
    }
    read.push(withTime(readOne(where, entry, { id, uid, name }), entry.lastUpdated, before));
  }
  return read;
}

function readOne(
  where: string,
  entry: GatewayDataSource,
  own: { readonly id: number; readonly uid: string; readonly name: string },
): Omit<DataSource, "lastUpdated" | "settings"> & { readonly secrets: Readonly<Record<string, string>> } {
  const text = (name: "apiVersion" | "basicAuthUser" | "database" | "url" | "user"): string =>
    systemTextOption(`${where}.${name}`, entry[name] ?? "", { isEmptyAllowed: true });
  const secrets = objectOption(`${where}.secureJsonData`, entry.secureJsonData ?? {}, "an object of texts");
  for (const [name, value] of Object.entries(secrets)) {
    systemTextOption(`${where}.secureJsonData.${name}`, value, { isEmptyAllowed: true, isSecret: true });
  }
  return {
    ...own,
    type: systemTextOption(`${where}.type`, entry.type),
    isDefault: entry.isDefault ?? false,
    readOnly: entry.readOnly ?? true,
    withCredentials: entry.withCredentials ?? false,
    version: entry.version ?? 1,
    apiVersion: text("apiVersion"),
    url: text("url"),
    user: text("user"),
    database: text("database"),
    basicAuth: entry.basicAuth ?? false,
    basicAuthUser: text("basicAuthUser"),
    jsonData: objectOption(`${where}.jsonData`, entry.jsonData ?? {}, "an object"),
    secretNames: Object.keys(secrets).sort(),
    secrets,
  };
}

/** Plugins make a new instance for another time, so it stays where nothing changed. */
function withTime(
  { secrets, ...source }: ReturnType<typeof readOne>,
  given: Date | undefined,
  before: DataSource | undefined,
): DataSource {
  const message = (lastUpdated: Date): DataSourceMessage => ({
    id: BigInt(source.id),
    uid: source.uid,
    name: source.name,
    url: source.url,
    user: source.user,
    database: source.database,
    basicAuthEnabled: source.basicAuth,
    basicAuthUser: source.basicAuthUser,
    jsonData: new TextEncoder().encode(JSON.stringify(source.jsonData)),
    decryptedSecureJsonData: { ...secrets },
    lastUpdatedMS: BigInt(lastUpdated.getTime()),
    apiVersion: source.apiVersion,
  });
  const isSame =
    before !== undefined &&
    textOf(before.settings()) === textOf(message(before.lastUpdated)) &&
    before.type === source.type;
  const lastUpdated = given ?? (isSame ? before.lastUpdated : laterThan(before?.lastUpdated));
  const settings = message(lastUpdated);
  return Object.defineProperty({ ...source, lastUpdated, settings: () => settings }, "settings", {
    enumerable: false,
  });
}

/** Two changes within a millisecond are two. */
function laterThan(before: Date | undefined): Date {
  return new Date(Math.max(Date.now(), (before?.getTime() ?? 0) + 1));
}

function textOf(message: DataSourceMessage): string {
  return JSON.stringify(message, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

function uidOf(name: string): string {
  return name.replace(/[^0-9A-Za-z_-]/g, "-").slice(0, 40);
}

function freeId(taken: ReadonlySet<number | undefined>): number {
  let id = 1;
  while (taken.has(id)) id++;
  return id;
}

function idOption(where: string, id: number): number {
  if (!Number.isSafeInteger(id) || id < 1) throw invalidOption(`${where}.id`, "a whole number from 1 on", id);
  return id;
}

/** The form of uids, by Grafana's rule. */
export const uidForm: RegExp = /^[0-9A-Za-z_-]{1,40}$/;

function uidOption(where: string, uid: string): string {
  if (typeof uid === "string" && uidForm.test(uid)) return uid;
  throw invalidOption(`${where}.uid`, "1 to 40 letters, digits, - and _", uid);
}
