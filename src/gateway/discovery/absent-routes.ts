import type { ApiStyle } from "../gateway-options.ts";
import { HttpFailure } from "../http/http-failure.ts";
import type { Route } from "../http/route.ts";

/** Routes of Grafana that clients may expect and a gateway does not have: 501 with what to do. */
export function absentRoutes(style: ApiStyle): readonly Route[] {
  const absent = (method: string, pattern: string, message: string): Route => ({
    method,
    pattern,
    handle: () => {
      throw new HttpFailure(501, message);
    },
  });
  const proxy =
    "this gateway has no data source proxy: query through /api/ds/query, or use the resources of the data source";
  const live =
    style === "plutono"
      ? "this gateway has no Live with Plutono's API: poll /api/ds/query"
      : "this gateway has the streams of plugins alone: /api/live/ws, /api/live/sse, /api/live/publish, /api/live/list";
  const fixed = "this gateway does not store data sources: change its configuration";
  return [
    absent("*", "/api/datasources/proxy/*", proxy),
    absent("*", "/api/plugin-proxy/*", proxy),
    absent("POST", "/api/datasources", fixed),
    absent("*", "/api/datasources/uid/:uid", fixed),
    absent("*", "/api/datasources/:id", fixed),
    absent("*", "/api/live/*", live),
    absent("*", "/api/dashboards/*", "this gateway has no dashboards: it serves plugins alone"),
    absent("*", "/api/search", "this gateway has no dashboards: it serves plugins alone"),
    absent("*", "/api/annotations", "this gateway has no annotations: query them through /api/ds/query"),
  ];
}
