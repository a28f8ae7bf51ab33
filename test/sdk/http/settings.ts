import type { TestContext } from "node:test";
import {
  createFetch,
  type DataSourceFetch,
  type FetchOptions,
  type HttpSettingsSource,
} from "grafana-plugin-protocol/sdk";
import type { RequestContext } from "../../../src/sdk/context/request-context.ts";
import { atEnd } from "../../helpers/at-end.ts";

/** Settings of a data source as a host sends them, with these differences. */
export function settingsWith(own: Partial<HttpSettingsSource> = {}): HttpSettingsSource {
  return {
    uid: "ds-uid",
    url: "",
    user: "",
    basicAuthEnabled: false,
    basicAuthUser: "",
    jsonData: {},
    secureJsonData: {},
    ...own,
  };
}

/** A fetch that is closed when the test ends, and that the environment of the test does not change. */
export function fetchFor(
  t: TestContext,
  settings: Partial<HttpSettingsSource>,
  options: FetchOptions = {},
): DataSourceFetch {
  const fetch = createFetch(settingsWith(settings), { env: {}, ...options });
  atEnd(t, () => fetch.close());
  return fetch;
}

/** The context of a call. Parts that a test does not give throw when they are read. */
export function contextWith(own: Partial<RequestContext> = {}): RequestContext {
  const none = {
    config: {},
    headers: new Headers(),
    isFromAlert: false,
    pluginId: "",
    pluginVersion: "",
    endpoint: "queryData",
  };
  return { ...none, trace: undefined, userAgent: undefined, ...own } as unknown as RequestContext;
}
