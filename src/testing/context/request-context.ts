import { createLogger, type Logger } from "../../plugin/create-logger.ts";
import { readGrafanaConfig } from "../../plugin/environment/read-grafana-config.ts";
import type { Endpoint, RequestContext, RequestUser } from "../../sdk/context/request-context.ts";
import { type GrafanaConfigInput, grafanaConfig } from "./grafana-config.ts";
import type { PluginContextInput } from "./plugin-context.ts";

/** What a handler of the authors' layer is told of its call, for {@link requestContext}. */
export interface RequestContextInput
  extends Pick<
    PluginContextInput,
    "apiVersion" | "grafanaVersion" | "namespace" | "orgId" | "pluginId" | "pluginVersion" | "user"
  > {
  /** Default `queryData`. */
  readonly endpoint?: Endpoint | undefined;
  readonly tenantId?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly isFromAlert?: boolean | undefined;
  readonly config?: GrafanaConfigInput | undefined;
  readonly trace?: RequestContext["trace"];
  /** Default: one that writes to stderr. */
  readonly log?: Logger | undefined;
  /** Default: a signal that is never aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the deadline. Default: none. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Makes the context that handlers of the authors' layer receive, to call such a handler as the plain function that it is.
 * Defaults are those of {@link pluginContext}. The environment of the test does not show in `config`.
 */
export function requestContext(input: RequestContextInput = {}): RequestContext {
  const { user, grafanaVersion = "13.2.0", timeoutMs } = input;
  const someone: RequestUser = { login: "tester", name: "Tester", email: "", role: "Editor" };
  return {
    endpoint: input.endpoint ?? "queryData",
    pluginId: input.pluginId ?? "test-datasource",
    pluginVersion: input.pluginVersion ?? "",
    apiVersion: input.apiVersion ?? "",
    orgId: BigInt(input.orgId ?? 1),
    namespace: input.namespace ?? "default",
    tenantId: input.tenantId,
    user: user === false ? undefined : { ...someone, ...user },
    userAgent: grafanaVersion === false ? undefined : { version: grafanaVersion, os: "linux", arch: "amd64" },
    headers: new Headers(input.headers),
    isFromAlert: input.isFromAlert ?? false,
    config: readGrafanaConfig(grafanaConfig(input.config ?? {}), {}),
    trace: input.trace,
    log: input.log ?? createLogger(),
    signal: input.signal ?? new AbortController().signal,
    timeoutMs: () => timeoutMs,
  };
}
