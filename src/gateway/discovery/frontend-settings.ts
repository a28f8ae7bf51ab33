import type { GatewayCore } from "../gateway-core.ts";

/** What `/api/frontend/settings` says of the gateway: enough for clients that look for a version and data sources. */
export function frontendSettings({
  sources,
  plugins,
  settings,
}: GatewayCore): Readonly<Record<string, unknown>> {
  const all = sources.all();
  const isOld = settings.style === "plutono";
  return {
    buildInfo: {
      version: settings.grafanaVersion,
      commit: "",
      edition: "Open Source",
      env: "production",
      hideVersion: false,
      buildstamp: 0,
    },
    defaultDatasource: (all.find(({ isDefault }) => isDefault) ?? all[0])?.name ?? "",
    datasources: Object.fromEntries(
      all.map((source) => [
        source.name,
        {
          id: source.id,
          uid: source.uid,
          name: source.name,
          type: source.type,
          url: isOld ? `/api/datasources/proxy/${source.id}` : `/api/datasources/proxy/uid/${source.uid}`,
          access: "proxy",
          isDefault: source.isDefault,
          readOnly: source.readOnly,
          jsonData: source.jsonData,
          meta: plugins.get(source.type)?.info.json ?? { id: source.type },
        },
      ]),
    ),
    featureToggles: Object.fromEntries(settings.featureToggles.map((name) => [name, true])),
  };
}
