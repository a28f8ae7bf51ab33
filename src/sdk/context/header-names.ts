/**
 * Names of the HTTP headers that hosts send with a call, in their canonical form. Read them with
 * `context.headers.get(HeaderName.idToken)`; names are compared without regard to case.
 */
export const HeaderName = {
  /** The user's OAuth access token, for data sources that forward it. */
  authorization: "Authorization",
  /** The user's OAuth ID token, for data sources that forward it. */
  idToken: "X-Id-Token",
  /** A token of Grafana itself that identifies the user, if the host forwards identities. */
  grafanaId: "X-Grafana-Id",
  /** The cookies that the settings of the data source allow. */
  cookie: "Cookie",
  /** Not empty if the call evaluates an alert rule. */
  fromAlert: "FromAlert",
  /** Asks a cache to answer with new data. */
  cacheSkip: "X-Cache-Skip",
  dashboardUid: "X-Dashboard-Uid",
  dashboardTitle: "X-Dashboard-Title",
  panelId: "X-Panel-Id",
  panelTitle: "X-Panel-Title",
  panelPluginId: "X-Panel-Plugin-Id",
  /** The same for all queries of one request of a dashboard. */
  queryGroupId: "X-Query-Group-Id",
  datasourceUid: "X-Datasource-Uid",
  grafanaOrgId: "X-Grafana-Org-Id",
  grafanaUser: "X-Grafana-User",
  /** The query is part of a server-side expression. */
  fromExpression: "X-Grafana-From-Expr",
  /** The alert rule that is evaluated. */
  ruleUid: "X-Rule-Uid",
  ruleName: "X-Rule-Name",
  ruleFolder: "X-Rule-Folder",
  /** Asks for the outgoing HTTP requests of the call. */
  harCapture: "X-Grafana-HAR-Capture",
} as const;

/** One of the names of {@link HeaderName}. */
export type KnownHeaderName = (typeof HeaderName)[keyof typeof HeaderName];
