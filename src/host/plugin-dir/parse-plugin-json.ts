import { messageOf } from "../../errors.ts";
import { checkJson, isObject } from "./check-json.ts";
import { fixedExecutables, pluginJsonSchema } from "./plugin-json-schema.ts";
import type { PluginManifest } from "./plugin-manifest.ts";
import { parseVersionRange } from "./version-range.ts";

/** What a `plugin.json` says, and what is odd about it; or what is wrong with it. */
export type ParsedPluginJson =
  | { readonly manifest: PluginManifest; readonly warnings: readonly string[]; readonly errors?: undefined }
  | { readonly errors: readonly [string, ...string[]] };

/**
 * Reads the text of a `plugin.json`. Line breaks of any kind are fine; a byte order mark is skipped, with a warning.
 *
 * @param grafanaVersion the version that `grafanaDependency` is compared with; without one it is only read
 */
export function parsePluginJson(text: string, grafanaVersion?: string): ParsedPluginJson {
  const hasMark = text.startsWith("\ufeff");
  let json: unknown;
  try {
    json = JSON.parse(hasMark ? text.slice(1) : text);
  } catch (error) {
    return { errors: [`expected JSON: ${messageOf(error)}`] };
  }
  const [first, ...others] = checkJson(pluginJsonSchema, json);
  if (first !== undefined || !isObject(json)) return { errors: [first ?? "expected an object", ...others] };
  const manifest = readManifest(json);
  const warnings = [
    ...(hasMark
      ? ["the file begins with a byte order mark, which Grafana refuses: save it as UTF-8 without"]
      : []),
    ...warningsOf(json, manifest, grafanaVersion),
  ];
  return { manifest, warnings };
}

const placeholder = /%[A-Z_]+%/;

/** The schema has been checked, so that the casts hold. */
function readManifest(json: Readonly<Record<string, unknown>>): PluginManifest {
  const type = json["type"] as PluginManifest["type"];
  const id = json["id"] as string;
  const info = (json["info"] ?? {}) as { readonly version?: string | null };
  const dependencies = (json["dependencies"] ?? {}) as {
    readonly grafanaDependency?: string | null;
    readonly plugins?: readonly { readonly id: string; readonly version?: string | null }[] | null;
  };
  const version = info.version ?? "";
  const flag = (name: string): boolean => json[name] === true;
  return {
    id,
    type,
    name: (json["name"] as string | null | undefined) || id,
    backend: flag("backend"),
    executable:
      fixedExecutables[type] ?? ((json["executable"] as string | null | undefined)?.trim() || undefined),
    alerting: flag("alerting"),
    annotations: flag("annotations"),
    logs: flag("logs"),
    metrics: flag("metrics"),
    streaming: flag("streaming"),
    tracing: flag("tracing"),
    version: placeholder.test(version) ? "" : version,
    grafanaDependency: dependencies.grafanaDependency?.trim() || undefined,
    dependencies: (dependencies.plugins ?? []).map((each) => ({ id: each.id, version: each.version ?? "" })),
    json,
  };
}

/** The form that ids have in Grafana's catalogue. */
const cataloguedId = /^[0-9a-z]+(-[0-9a-z]+)*-(app|panel|datasource|secretsmanager|transformer|renderer)$/;

function warningsOf(
  json: Readonly<Record<string, unknown>>,
  manifest: PluginManifest,
  grafanaVersion: string | undefined,
): readonly string[] {
  const { id, type, name, backend, grafanaDependency } = manifest;
  const info = (json["info"] ?? {}) as Readonly<Record<string, unknown>>;
  const range = grafanaDependency === undefined ? undefined : parseVersionRange(grafanaDependency);
  const executable = json["executable"];
  const filled = placeholdersIn(json);
  return [
    filled.length === 0
      ? undefined
      : `${filled.join(", ")} is a placeholder that a build fills: read the built plugin, usually in dist`,
    json["name"] === undefined || json["name"] === null ? `name: is missing, so it is "${name}"` : undefined,
    cataloguedId.test(id)
      ? undefined
      : `id: Grafana's catalogue expects <organisation>-<name>-${type}, got "${id}"`,
    grafanaDependency !== undefined && range === undefined
      ? `dependencies.grafanaDependency: expected a range of versions such as ">=10.4.0", got "${grafanaDependency}"`
      : undefined,
    grafanaVersion !== undefined && range?.(grafanaVersion) === false
      ? `dependencies.grafanaDependency: the plugin asks for Grafana ${grafanaDependency}, and this host stands for ${grafanaVersion}`
      : undefined,
    manifest.alerting && !backend ? "alerting: has no effect without backend" : undefined,
    !backend && typeof executable === "string" && executable !== ""
      ? "executable: has no effect without backend"
      : undefined,
    typeof executable === "string" && executable !== executable.trim()
      ? "executable: has white space around it, which Grafana keeps"
      : undefined,
    type in fixedExecutables && typeof executable === "string" && executable !== manifest.executable
      ? `executable: that of a ${type} is always "${manifest.executable}"`
      : undefined,
    ...["version", "updated"]
      .filter((member) => typeof info[member] !== "string")
      .map((member) => `info.${member}: is missing`),
  ].filter((warning) => warning !== undefined);
}

/** Names of the members whose text is, or has, a placeholder. */
function placeholdersIn(json: Readonly<Record<string, unknown>>): readonly string[] {
  const info = (json["info"] ?? {}) as Readonly<Record<string, unknown>>;
  const isFilled = (value: unknown): boolean => typeof value === "string" && placeholder.test(value);
  return [
    ...Object.keys(json).filter((name) => isFilled(json[name])),
    ...Object.keys(info)
      .filter((name) => isFilled(info[name]))
      .map((name) => `info.${name}`),
  ];
}
