import { HttpFailure } from "../http/http-failure.ts";
import type { Route } from "../http/route.ts";

/** Routes of Grafana that clients may expect and a gateway does not have: 501 with what to do. */
export function absentRoutes(): readonly Route[] {
  const absent = (method: string, pattern: string, message: string): Route => ({
    method,
    pattern,
    handle: () => {
      throw new HttpFailure(501, message);
    },
  });
  const proxy =
    "this gateway has no data source proxy: query through /api/ds/query, or use the resources of the data source";
  const fixed = "this gateway does not store data sources: change its configuration";
  return [
    absent("*", "/api/datasources/proxy/*", proxy),
    absent("*", "/api/plugin-proxy/*", proxy),
    absent("POST", "/api/datasources", fixed),
    absent("*", "/api/datasources/uid/:uid", fixed),
    absent("*", "/api/datasources/:id", fixed),
    absent("*", "/api/live/*", "this gateway has no Live: poll /api/ds/query"),
    absent("*", "/api/dashboards/*", "this gateway has no dashboards: it serves plugins alone"),
    absent("*", "/api/search", "this gateway has no dashboards: it serves plugins alone"),
    absent("*", "/api/annotations", "this gateway has no annotations: query them through /api/ds/query"),
  ];
}
