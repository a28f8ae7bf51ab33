import type { JsonSchema } from "./json-schema.ts";

const text: JsonSchema = { type: "string" };
const flag: JsonSchema = { type: "boolean" };
const texts: JsonSchema = { type: "array", items: text };
const object: JsonSchema = { type: "object" };
const objects: JsonSchema = { type: "array", items: object };
const link: JsonSchema = { type: "object", properties: { name: text, url: text } };

/** Types of plugins, as `plugin.json` names them. */
export const pluginTypes = [
  "app",
  "datasource",
  "panel",
  "renderer",
  "secretsmanager",
  "transformer",
] as const;

/** Types whose executable has a fixed name, so that `executable` is not needed. */
export const fixedExecutables: Readonly<Record<string, string>> = {
  renderer: "plugin_start",
  secretsmanager: "secrets_plugin_start",
};

/**
 * What `readPluginDir` accepts, as a JSON Schema; `docs/plugin.schema.json` is the same. It refuses what no host can
 * run, and accepts members that it does not name. What Grafana's catalogue demands beyond that is a warning.
 */
export const pluginJsonSchema: JsonSchema = {
  $id: "https://unpkg.com/grafana-plugin-protocol/docs/plugin.schema.json",
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "plugin.json",
  description: "What readPluginDir of grafana-plugin-protocol/host accepts",
  type: "object",
  required: ["id", "type"],
  properties: {
    id: { type: "string", pattern: "^[0-9A-Za-z][0-9A-Za-z._-]*$", maxLength: 190 },
    type: { type: "string", enum: pluginTypes },
    name: text,
    backend: flag,
    executable: { type: "string", pattern: "^(?![/\\\\]|[A-Za-z]:)[^\\u0000]*$" },
    alerting: flag,
    annotations: flag,
    logs: flag,
    metrics: flag,
    streaming: flag,
    tracing: flag,
    autoEnabled: flag,
    builtIn: flag,
    hideFromList: flag,
    preload: flag,
    category: text,
    info: {
      type: "object",
      properties: {
        author: { type: "object", properties: { name: text, email: text, url: text } },
        description: text,
        keywords: texts,
        links: { type: "array", items: link },
        logos: { type: "object", properties: { small: text, large: text } },
        screenshots: objects,
        updated: text,
        version: text,
      },
    },
    dependencies: {
      type: "object",
      properties: {
        grafanaVersion: text,
        grafanaDependency: text,
        plugins: {
          type: "array",
          items: { type: "object", required: ["id"], properties: { id: text, type: text, version: text } },
        },
      },
    },
    includes: objects,
    queryOptions: object,
    routes: objects,
  },
  allOf: [
    {
      if: {
        required: ["backend"],
        properties: { backend: { const: true } },
        not: { required: ["type"], properties: { type: { enum: Object.keys(fixedExecutables) } } },
      },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema; nothing awaits a schema
      then: { required: ["executable"], properties: { executable: { minLength: 1 } } },
    },
  ],
};
