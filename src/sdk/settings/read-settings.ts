import type {
  AppInstanceSettings,
  DataSourceInstanceSettings,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { messageOf } from "../../errors.ts";
import { hideSecrets } from "../../go-plugin/hide-secrets.ts";
import { isThenable } from "../../handlers/is-thenable.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import { describeIssues, formatPath, parseWithSchema } from "../schema/parse-with-schema.ts";
import type { SchemaIssue, StandardSchema } from "../schema/standard-schema.ts";
import type { AppSettings, DataSourceSettings, SecureData } from "./instance-settings.ts";

/** The schemas of an instance's settings. Without one the values are passed on as they are. */
export interface SettingsSchemas<Json, Secure> {
  /** Of `jsonData`. Default: any JSON object, typed as `unknown`. */
  readonly settings?: StandardSchema<unknown, Json> | undefined;
  /** Of the decrypted secrets, an object of texts. Default: any of them. */
  readonly secrets?: StandardSchema<unknown, Secure> | undefined;
}

/**
 * Reads the settings of a data source as a host sends them. Neither `console.log` nor `JSON.stringify` shows the
 * secrets. Returns a promise only if a schema does.
 *
 * @throws QueryError with status 400 and source `downstream`, because the one who configures the data source corrects
 *   it: if `jsonData` is not a JSON object, or a schema refuses it or the secrets. The error names the field and what
 *   was expected; it never contains the value of a secret.
 */
export function readDataSourceSettings<Json = unknown, Secure = SecureData>(
  message: DataSourceInstanceSettings,
  schemas: SettingsSchemas<Json, Secure> = {},
): DataSourceSettings<Json, Secure> | Promise<DataSourceSettings<Json, Secure>> {
  const owner = `data source ${JSON.stringify(message.name || message.uid)}`;
  return read(owner, message, schemas, (jsonData, secureJsonData) =>
    hideSecrets(
      {
        id: message.id,
        uid: message.uid,
        name: message.name,
        url: message.url,
        user: message.user,
        database: message.database,
        basicAuthEnabled: message.basicAuthEnabled,
        basicAuthUser: message.basicAuthUser,
        jsonData,
        secureJsonData,
        lastUpdated: new Date(Number(message.lastUpdatedMS)),
        apiVersion: message.apiVersion,
        ...storedBefore(owner, message, schemas),
      },
      ["secureJsonData", "stored"],
    ),
  );
}

/** What the host stores, where a schema may have dropped a part of it. */
function storedBefore(
  owner: string,
  message: Stored,
  { settings, secrets }: SettingsSchemas<unknown, unknown>,
): Pick<DataSourceSettings, "stored"> {
  if (settings === undefined && secrets === undefined) return {};
  const secureJsonData = hideAll({ ...message.decryptedSecureJsonData });
  return { stored: { jsonData: parseObject(owner, message.jsonData), secureJsonData } };
}

/** Reads the settings of an app, as {@link readDataSourceSettings} does those of a data source. */
export function readAppSettings<Json = unknown, Secure = SecureData>(
  message: AppInstanceSettings,
  schemas: SettingsSchemas<Json, Secure> = {},
): AppSettings<Json, Secure> | Promise<AppSettings<Json, Secure>> {
  return read("the app", message, schemas, (jsonData, secureJsonData) =>
    hideSecrets(
      {
        jsonData,
        secureJsonData,
        lastUpdated: new Date(Number(message.lastUpdatedMS)),
        apiVersion: message.apiVersion,
      },
      ["secureJsonData"],
    ),
  );
}

type Stored = Pick<AppInstanceSettings, "jsonData" | "decryptedSecureJsonData">;

function read<Json, Secure, Settings>(
  owner: string,
  message: Stored,
  schemas: SettingsSchemas<Json, Secure>,
  make: (jsonData: Json, secureJsonData: Secure) => Settings,
): Settings | Promise<Settings> {
  const jsonData = readJsonData(owner, message.jsonData, schemas.settings);
  const secrets = readSecrets(owner, message.decryptedSecureJsonData, schemas.secrets);
  if (!isThenable(jsonData) && !isThenable(secrets)) return make(jsonData, secrets);
  return Promise.all([jsonData, secrets]).then(([json, secure]) => make(json, secure));
}

function readJsonData<Json>(
  owner: string,
  bytes: Uint8Array,
  schema: StandardSchema<unknown, Json> | undefined,
): Json | Promise<Json> {
  const parsed = parseObject(owner, bytes);
  if (schema === undefined) return parsed as Json;
  return parseWithSchema(schema, parsed, (issues) =>
    settingsError(`the settings of ${owner}: ${describeIssues("jsonData", issues)}`),
  );
}

function parseObject(owner: string, bytes: Uint8Array): object {
  // Hosts send nothing, or null, for an instance that was never saved with settings of its own.
  if (bytes.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes));
  } catch (reason) {
    // The parser quotes the text around the error: secrets are elsewhere, but users confuse the two.
    const place = /at position \d+/.exec(messageOf(reason))?.[0] ?? "before its end";
    throw settingsError(
      `the settings of ${owner}: expected JSON in jsonData, got ${bytes.length} bytes that are not (${place})`,
    );
  }
  if (parsed === null) return {};
  if (typeof parsed === "object" && !Array.isArray(parsed)) return parsed;
  const got = Array.isArray(parsed) ? "a list" : `a ${typeof parsed}`;
  throw settingsError(`the settings of ${owner}: expected a JSON object in jsonData, got ${got}`);
}

function readSecrets<Secure>(
  owner: string,
  given: Readonly<Record<string, string>>,
  schema: StandardSchema<unknown, Secure> | undefined,
): Secure | Promise<Secure> {
  if (schema === undefined) return hideAll({ ...given }) as Secure;
  const fail = (issues: readonly SchemaIssue[]): Error =>
    settingsError(`the secrets of ${owner}: ${describeSecretIssues(given, issues)}`);
  // What a schema throws may quote what it was given, and the stack of a cause is logged.
  const threw = (): Error =>
    settingsError(`the secrets of ${owner}: the schema threw while it read ${listNames(given)}`);
  let secrets: Secure | Promise<Secure>;
  try {
    secrets = parseWithSchema(schema, { ...given }, (issues) => new Refused(issues));
  } catch (reason) {
    throw reason instanceof Refused ? fail(reason.issues) : threw();
  }
  if (!isThenable(secrets)) return hideAll(secrets);
  return secrets.then(hideAll, (reason: unknown) => {
    throw reason instanceof Refused ? fail(reason.issues) : threw();
  });
}

/** Tells the issues of a schema from what it throws. */
class Refused extends Error {
  readonly issues: readonly SchemaIssue[];

  constructor(issues: readonly SchemaIssue[]) {
    super("refused");
    this.issues = issues;
  }
}

/** Without the messages of the schema: some libraries quote the value in them. */
function describeSecretIssues(
  given: Readonly<Record<string, string>>,
  issues: readonly SchemaIssue[],
): string {
  const texts = issues.map(({ path }) => {
    const name = formatPath("", path);
    const [first] = path ?? [];
    const key = typeof first === "object" ? first.key : first;
    if (key === undefined) return `expected what their schema describes, got ${listNames(given)}`;
    if (!Object.hasOwn(given, key)) return `${name} is missing: set it`;
    return given[String(key)] === ""
      ? `${name} is empty: set it`
      : `${name} is not what its schema describes: set it again`;
  });
  return [...new Set(texts)].join("; ");
}

function listNames(given: Readonly<Record<string, string>>): string {
  const names = Object.keys(given);
  return names.length === 0 ? "no secrets" : names.join(", ");
}

/** An output of a schema may be anything; one that is not a plain object is hidden as the member of the settings alone. */
function hideAll<T>(secrets: T): T {
  if (typeof secrets !== "object" || secrets === null) return secrets;
  const prototype: unknown = Object.getPrototypeOf(secrets);
  if (prototype !== Object.prototype && prototype !== null) return secrets;
  // A copy: a schema may return what it was given, or an object that it keeps.
  const copy = { ...secrets };
  return hideSecrets(copy, Object.keys(copy) as (keyof T & string)[]);
}

function settingsError(message: string): QueryError {
  return new QueryError(message, { status: 400, errorSource: "downstream" });
}
