import { type Caller, pathOf } from "./create-caller.ts";
import { GatewayError } from "./gateway-error.ts";
import { isObject, type JsonObject, objectOf, textOf } from "./json-value.ts";
import { type CallOptions, postJson } from "./query-request.ts";
import { askJson, unlike } from "./read-answer.ts";

/** What a call is for: a data source by its uid, or a plugin by its id. */
export type GatewayTarget = string | { readonly plugin: string };

/** The health of a data source or plugin. */
export interface GatewayHealth {
  readonly status: "ERROR" | "OK" | "UNKNOWN";
  readonly message: string;
  readonly details: JsonObject | undefined;
}

/** A data source, without its secrets. */
export interface DataSourceInfo {
  readonly id: number;
  readonly uid: string;
  readonly name: string;
  /** The id of its plugin. */
  readonly type: string;
  readonly url: string;
  readonly isDefault: boolean;
  readonly jsonData: JsonObject;
}

/** @throws GatewayError; a data source that is not well is a result */
export async function askHealth(
  caller: Caller,
  target: GatewayTarget,
  { signal }: CallOptions = {},
): Promise<GatewayHealth> {
  const answer = await askJson(caller, { path: `${pathOfTarget(target)}/health`, signal });
  const { status, message, details } = objectOf(answer.body);
  if (status === "OK" || status === "ERROR" || status === "UNKNOWN") {
    return {
      status,
      message: textOf(message) ?? "",
      details: isObject(details) ? details : undefined,
    };
  }
  throw unlike(answer, "a health status");
}

/** All data sources, by name. @throws GatewayError */
export async function listDataSources(
  caller: Caller,
  { signal }: CallOptions = {},
): Promise<readonly DataSourceInfo[]> {
  const answer = await askJson(caller, { path: "/api/datasources", signal });
  if (!Array.isArray(answer.body)) throw unlike(answer, "a list of data sources");
  return answer.body.map((each) => {
    const { id, uid, name, type, url, isDefault, jsonData } = objectOf(each);
    return {
      id: Number(id),
      uid: textOf(uid) ?? "",
      name: textOf(name) ?? "",
      type: textOf(type) ?? "",
      url: textOf(url) ?? "",
      isDefault: isDefault === true,
      jsonData: objectOf(jsonData),
    };
  });
}

/** The answer of the plugin, whatever its status is. @throws GatewayError */
export function askResource(
  caller: Caller,
  target: GatewayTarget,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const base = `${pathOfTarget(target)}/resources/`;
  const whole = base + path.replace(/^\/+/, "");
  // fetch resolves ".." in every spelling: the request would leave the resources of this data source.
  if (!caller.addressOf(whole).pathname.startsWith(caller.addressOf(base).pathname)) {
    throw new GatewayError(
      "invalid_option",
      `expected a path within the resources, got ${JSON.stringify(path)}`,
    );
  }
  return caller.send({ path: whole, init });
}

/** Publishes to a channel. @throws GatewayError `refused` unless the plugin takes it */
export async function publishTo(
  caller: Caller,
  channel: string,
  data: unknown,
  { signal }: CallOptions = {},
): Promise<void> {
  const answer = await askJson(caller, {
    path: "/api/live/publish",
    init: postJson({ channel, data }),
    signal,
  });
  if (!answer.response.ok) throw unlike(answer, "an answer");
}

function pathOfTarget(target: GatewayTarget): string {
  const [kind, name] = typeof target === "string" ? ["datasources/uid", target] : ["plugins", target.plugin];
  if (/^\.{0,2}$/.test(name)) {
    throw new GatewayError(
      "invalid_option",
      `expected a uid or the id of a plugin, got ${JSON.stringify(name)}`,
    );
  }
  return `/api/${kind}${pathOf(name)}`;
}
