import type { DataSource } from "../data-sources/data-source.ts";
import { describeDataSource, listDataSource } from "../data-sources/describe-data-source.ts";
import { uidForm } from "../data-sources/read-data-sources.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { valueAnswer } from "../http/answers.ts";
import { HttpFailure } from "../http/http-failure.ts";
import type { Route, RouteCall } from "../http/route.ts";
import { describePlugin, pluginSettings } from "./describe-plugin.ts";
import { frontendSettings } from "./frontend-settings.ts";

/** What clients look up before they query: read only, and without secrets. */
export function discoveryRoutes(core: GatewayCore): readonly Route[] {
  const { sources, plugins, settings } = core;
  const get = (pattern: string, value: (params: RouteCall["params"]) => unknown): Route => ({
    method: "GET",
    pattern,
    handle: ({ params }) => valueAnswer(200, value(params)),
  });
  const one = (source: DataSource | undefined): unknown => describeDataSource(found(source), settings.style);
  return [
    get("/api/datasources", () =>
      [...sources.all()]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((source) =>
          listDataSource(source, plugins.get(source.type)?.info.name ?? source.type, settings.style),
        ),
    ),
    get("/api/datasources/uid/:uid", ({ uid = "" }) => {
      if (!uidForm.test(uid)) throw new HttpFailure(400, "UID is invalid");
      return one(sources.byUid(uid));
    }),
    get("/api/datasources/name/:name", ({ name = "" }) => one(sources.byName(name))),
    get("/api/datasources/id/:name", ({ name = "" }) => ({ id: found(sources.byName(name)).id })),
    get("/api/datasources/:id", ({ id = "" }) => {
      if (!/^\d{1,15}$/.test(id)) throw new HttpFailure(400, "id is invalid");
      return one(sources.byId(Number(id)));
    }),
    get("/api/plugins", () => [...plugins.values()].map((slot) => describePlugin(slot))),
    get("/api/plugins/:pluginId/settings", ({ pluginId = "" }) => {
      const slot = plugins.get(pluginId);
      if (slot === undefined)
        throw new HttpFailure(404, "Plugin not found, no installed plugin with that id");
      return pluginSettings(slot);
    }),
    get("/api/frontend/settings", () => frontendSettings(core)),
  ];
}

function found(source: DataSource | undefined): DataSource {
  if (source === undefined) throw new HttpFailure(404, "Data source not found");
  return source;
}
