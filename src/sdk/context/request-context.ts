import type { Logger } from "../../plugin/create-logger.ts";
import type { GrafanaConfig } from "../../plugin/environment/read-grafana-config.ts";
import type { HarRecorder } from "../capture/har-recorder.ts";

/** The calls of a plugin, by the names that the Go SDK gives them in metrics, logs and spans. */
export type Endpoint =
  | "callResource"
  | "checkHealth"
  | "collectMetrics"
  | "convertObjects"
  | "mutateAdmission"
  | "publishStream"
  | "queryChunkedData"
  | "queryData"
  | "runStream"
  | "subscribeStream"
  | "validateAdmission";

/** The user on whose behalf a host calls. */
export interface RequestUser {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  /** `Viewer`, `Editor`, `Admin`, or empty. */
  readonly role: string;
}

/**
 * Who calls, for whom, and with which headers and configuration: what handlers of the authors' layer receive beside
 * their request. Its parts are read when they are used.
 */
export interface RequestContext {
  readonly endpoint: Endpoint;
  readonly pluginId: string;
  readonly pluginVersion: string;
  readonly apiVersion: string;
  readonly orgId: bigint;
  /** The namespace of the instance, such as `stacks-1` or `default`; empty for hosts that send none. */
  readonly namespace: string;
  /** The tenant in a host that serves several, from the call's metadata. */
  readonly tenantId: string | undefined;
  /** `undefined` when the host itself calls, as for alerting. */
  readonly user: RequestUser | undefined;
  /** Grafana's product, version, system and architecture; `undefined` when the host sends none, or another text. */
  readonly userAgent: { readonly version: string; readonly os: string; readonly arch: string } | undefined;
  /**
   * HTTP headers that the host forwards, whichever way the call carries them (with prefix `http_`, bare, or as headers
   * of a resource call), by name without regard to case.
   */
  readonly headers: {
    // Not of Headers, whose iterators are in another library before TypeScript 6.
    get(name: string): string | null;
    has(name: string): boolean;
    keys(): IterableIterator<string>;
    entries(): IterableIterator<[string, string]>;
    forEach(callback: (value: string, name: string) => void): void;
  };
  /** The call evaluates an alert rule. */
  readonly isFromAlert: boolean;
  /** Configuration of the host. Reading it throws `invalid_option` for a value that cannot be read. */
  readonly config: GrafanaConfig;
  /** The trace that the call belongs to, from its metadata (W3C Trace Context), or `undefined`. */
  readonly trace:
    | { readonly traceId: string; readonly spanId: string; readonly isSampled: boolean }
    | undefined;
  /** Records the outgoing requests of the call, when its host asks for that. */
  readonly harRecorder?: HarRecorder | undefined;
  /** A logger with plugin, endpoint, data source and trace id in each line. */
  readonly log: Logger;
  /** Aborted when the host cancels the call, when its deadline passes, and when the plugin ends. */
  readonly signal: AbortSignal;
  /** Milliseconds until the deadline of the call, `undefined` without one. */
  timeoutMs(): number | undefined;
}
