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
  const users = "this gateway has neither users nor organisations: its tokens are options of it";
  const dashboards = "this gateway has no dashboards: it serves plugins alone";
  const alerting = "this gateway has no alerting: query the data source itself";
  const fixed = "this gateway does not store data sources: change its configuration";
  return [
    absent("*", "/api/datasources/proxy/*", proxy),
    absent("*", "/api/plugin-proxy/*", proxy),
    absent("POST", "/api/datasources", fixed),
    absent("*", "/api/datasources/uid/:uid", fixed),
    absent("*", "/api/datasources/:id", fixed),
    absent("*", "/api/live/*", live),
    absent("*", "/api/dashboards/*", dashboards),
    absent("*", "/api/folders/*", dashboards),
    absent("*", "/api/search", dashboards),
    absent("*", "/api/annotations/*", "this gateway has no annotations: query them through /api/ds/query"),
    ...["org", "orgs", "user", "users", "teams", "serviceaccounts", "auth", "access-control"].map((name) =>
      absent("*", `/api/${name}/*`, users),
    ),
    ...["alerts", "alertmanager", "ruler", "prometheus", "v1/provisioning"].map((name) =>
      absent("*", `/api/${name}/*`, alerting),
    ),
    absent("*", "/api/admin/*", "this gateway has no administration: change its options or its files"),
  ];
}
