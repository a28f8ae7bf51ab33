import { hideSecrets } from "../../go-plugin/hide-secrets.ts";
import { encodeHeader } from "../../handlers/header-text.ts";
import { describeValue } from "../../option-checks.ts";
import type { DataSourceSettings } from "../settings/instance-settings.ts";
import { settingsError } from "./settings-error.ts";

/** The settings of a data source that its HTTP connection is made of. */
export type HttpSettingsSource = Pick<
  DataSourceSettings,
  "uid" | "url" | "user" | "basicAuthEnabled" | "basicAuthUser" | "stored"
> & { readonly jsonData: unknown; readonly secureJsonData: unknown };

/**
 * How a data source wants its server to be reached, as Grafana's settings page stores it. Times are in milliseconds;
 * 0 means no limit, also for counts.
 */
export interface HttpSettings {
  readonly url: string;
  /** `jsonData.timeout`: the longest time of a request, its response included. Default 30000. */
  readonly timeoutMs: number;
  /** `jsonData.dialTimeout`: the longest time to connect. Default 10000. */
  readonly dialTimeoutMs: number;
  /** `jsonData.httpTLSHandshakeTimeout`. Default 10000. */
  readonly tlsHandshakeTimeoutMs: number;
  /** `jsonData.httpKeepAlive`: the time between TCP's probes of an idle connection. Default 30000. */
  readonly keepAliveMs: number;
  /** `jsonData.httpIdleConnTimeout`: how long an idle connection is kept. Default 90000. */
  readonly idleTimeoutMs: number;
  /** `jsonData.httpMaxConnsPerHost`. Default 0. */
  readonly maxConnectionsPerHost: number;
  /** Absent without basic authentication. A secret, which `console.log` does not show. */
  readonly basicAuth: { readonly user: string; readonly password: string } | undefined;
  /** `httpHeaderName1` and so on, with the values of the secrets `httpHeaderValue1`. Secrets, as above. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Absent when nothing differs from the defaults. */
  readonly tls: HttpTlsSettings | undefined;
}

/** How a data source wants TLS to be used. Empty texts mean the default. */
export interface HttpTlsSettings {
  /** PEM. */
  readonly ca: string;
  /** PEM. */
  readonly certificate: string;
  /** PEM. A secret, which `console.log` does not show. */
  readonly key: string;
  readonly serverName: string;
  readonly skipVerify: boolean;
}

/**
 * Reads the HTTP settings of a data source under the names that Grafana's settings page stores. A member that is `null`
 * counts as absent.
 *
 * A number may be a text of digits, as some settings pages store it, and a number that cannot be read is the default.
 * The Go SDK reads both as 0, which turns a timeout off. Switches are on for `true` alone, as in the Go SDK.
 *
 * @throws PluginError `invalid_option` for a text that is of another type, and for a header that HTTP cannot carry. The
 *   message names the member. It never contains a secret.
 */
export function readHttpSettings(settings: HttpSettingsSource): HttpSettings {
  const { jsonData, secureJsonData } = settings.stored ?? settings;
  const json = membersOf(jsonData);
  const secrets = membersOf(secureJsonData);
  const read = {
    url: settings.url,
    timeoutMs: seconds(json, "timeout", 30),
    dialTimeoutMs: seconds(json, "dialTimeout", 10),
    tlsHandshakeTimeoutMs: seconds(json, "httpTLSHandshakeTimeout", 10),
    keepAliveMs: seconds(json, "httpKeepAlive", 30),
    idleTimeoutMs: seconds(json, "httpIdleConnTimeout", 90),
    maxConnectionsPerHost: Math.trunc(numberOf(json, "httpMaxConnsPerHost", 0)),
    basicAuth: readBasicAuth(settings, json, secrets),
    headers: readHeaders(json, secrets),
    tls: readTls(json, secrets),
  };
  return hideSecrets(read, ["basicAuth", "headers"]);
}

type Members = Readonly<Record<string, unknown>>;

/** Members of an object; none of anything else, as a host may send no `jsonData`. */
export function membersOf(value: unknown): Members {
  return typeof value === "object" && value !== null ? (value as Members) : {};
}

/**
 * A text of the settings; empty when absent.
 *
 * @throws PluginError `invalid_option` naming the member.
 */
export function textOf(members: Members, name: string, isSecret: boolean = false): string {
  const value = members[name];
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  const seen = isSecret ? `a value of type ${typeof value}` : describeValue(value);
  throw settingsError(
    `${isSecret ? "secureJsonData" : "jsonData"}.${name} must be a string, got ${seen}: correct the settings of the data source`,
  );
}

/** A number of seconds in milliseconds, never negative. */
export function seconds(json: Members, name: string, fallback: number): number {
  return numberOf(json, name, fallback) * 1000;
}

function numberOf(json: Members, name: string, fallback: number): number {
  const value = json[name];
  const isText = typeof value === "string" && value.trim() !== "";
  const number = typeof value === "number" || isText ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? Math.max(number, 0) : fallback;
}

/** The fields of the settings have priority over `jsonData`, as in the Go SDK. */
function readBasicAuth(
  { basicAuthEnabled, basicAuthUser, user }: HttpSettingsSource,
  json: Members,
  secrets: Members,
): HttpSettings["basicAuth"] {
  const withPassword = (name: string, secret: string): HttpSettings["basicAuth"] =>
    hideSecrets({ user: name, password: textOf(secrets, secret, true) }, ["password"]);
  if (basicAuthEnabled) return withPassword(basicAuthUser, "basicAuthPassword");
  if (user !== "") return withPassword(user, "password");
  return json["basicAuth"] === true
    ? withPassword(textOf(json, "basicAuthUser"), "basicAuthPassword")
    : undefined;
}

/** A name without a value in the secrets is left out; the first number that has no name ends the list. */
function readHeaders(json: Members, secrets: Members): HttpSettings["headers"] {
  const headers: [string, string][] = [];
  for (let index = 1; ; index++) {
    const key = `httpHeaderName${index}`;
    if (json[key] === undefined || json[key] === null) return headers;
    const name = textOf(json, key).trim();
    const secret = `httpHeaderValue${index}`;
    if (secrets[secret] === undefined) continue;
    const value = textOf(secrets, secret, true);
    checkHeader(key, name, secret, value);
    headers.push([name, encodeHeader(value.trim())]);
  }
}

/** The errors of `Headers` quote the value, which is a secret here. */
function checkHeader(key: string, name: string, secret: string, value: string): void {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    throw settingsError(
      `jsonData.${key} must be the name of an HTTP header, got ${describeValue(name)}: correct the settings of the data source`,
    );
  }
  if (/[\0\r\n]/.test(value.trim())) {
    throw settingsError(
      `secureJsonData.${secret} must be one line of text, got one with a line end or NUL inside: enter the value of "${name}" again`,
    );
  }
}

function readTls(json: Members, secrets: Members): HttpTlsSettings | undefined {
  const hasClientCertificate = json["tlsAuth"] === true;
  const hasCa = json["tlsAuthWithCACert"] === true;
  const skipVerify = json["tlsSkipVerify"] === true;
  if (!hasClientCertificate && !hasCa && !skipVerify) return undefined;
  // Either switch makes the Go SDK read all of it.
  const hasMaterial = hasClientCertificate || hasCa;
  const secret = (name: string): string => (hasMaterial ? textOf(secrets, name, true) : "");
  const certificate = secret("tlsClientCert");
  const key = secret("tlsClientKey");
  const hasPair = certificate !== "" && key !== "";
  const tls = {
    ca: secret("tlsCACert"),
    certificate: hasPair ? certificate : "",
    key: hasPair ? key : "",
    serverName: hasMaterial ? textOf(json, "serverName") : "",
    skipVerify,
  };
  return hideSecrets(tls, ["key"]);
}
