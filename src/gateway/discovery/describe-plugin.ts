import { isPlainObject } from "../http/is-plain-object.ts";
import type { PluginSlot } from "../plugins/plugin-slot.ts";

/** A plugin in the list of `/api/plugins`. */
export function describePlugin({ info }: PluginSlot): Readonly<Record<string, unknown>> {
  const { id, name, type, version, json } = info;
  return {
    name,
    type,
    id,
    enabled: true,
    pinned: false,
    info: { ...(isPlainObject(json["info"]) ? json["info"] : {}), version },
    hasUpdate: false,
    defaultNavUrl: "",
    category: typeof json["category"] === "string" ? json["category"] : "",
    state: "",
    signature: "unsigned",
  };
}

/** A plugin as `/api/plugins/:id/settings` shows it: without the secrets of an app. */
export function pluginSettings({ info }: PluginSlot): Readonly<Record<string, unknown>> {
  const { id, name, type, version, json, app } = info;
  return {
    name,
    type,
    id,
    enabled: true,
    pinned: false,
    module: "",
    baseUrl: `public/plugins/${id}`,
    info: { ...(isPlainObject(json["info"]) ? json["info"] : {}), version },
    includes: null,
    dependencies: json["dependencies"] ?? null,
    jsonData:
      app?.jsonData === undefined ? null : (JSON.parse(new TextDecoder().decode(app.jsonData)) as unknown),
    secureJsonFields: Object.fromEntries(
      Object.keys(app?.decryptedSecureJsonData ?? {}).map((secret) => [secret, true]),
    ),
    hasUpdate: false,
    state: "",
    signature: "unsigned",
  };
}
