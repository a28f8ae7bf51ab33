import type { PluginContext } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { createLogger, type Logger } from "../../plugin/create-logger.ts";
import { type GrafanaConfig, readGrafanaConfig } from "../../plugin/environment/read-grafana-config.ts";
import type { TextValues } from "../../plugin/environment/text-values.ts";
import type { HarRecorder } from "../capture/har-recorder.ts";
import { harRecorderOf } from "../capture/har-recorder-of.ts";
import { loggerOfCall } from "../observe/logging/logger-of-call.ts";
import { traceOfCall } from "../observe/tracing/propagation-headers.ts";
import type { CallFacts } from "./call-facts.ts";
import { CallHeaders, type MessageHeaders } from "./call-headers.ts";
import { HeaderName } from "./header-names.ts";
import type { Endpoint, RequestContext, RequestUser } from "./request-context.ts";
import { tenantOf } from "./tenant-of.ts";
import { parseUserAgent } from "./user-agent.ts";

/** What every request of major 2 has of its caller. A host may leave out any of it. */
export interface ContextualRequest {
  readonly pluginContext?:
    | {
        readonly orgId: bigint;
        readonly pluginId: string;
        readonly pluginVersion: string;
        readonly apiVersion: string;
        readonly namespace: string;
        readonly userAgent: string;
        readonly user?: RequestUser | undefined;
        readonly grafanaConfig: TextValues;
        readonly dataSourceInstanceSettings?: { readonly name: string; readonly uid: string } | undefined;
      }
    | undefined;
  readonly headers?: MessageHeaders | undefined;
}

/** What the context of a call takes from the plugin. */
export interface ContextOptions {
  /** The logger that the call's fields are added to. Default: `createLogger()`. */
  readonly log?: Logger | undefined;
  /** The environment, for what older hosts pass there. Default: that of the process. */
  readonly env?: TextValues | undefined;
}

/**
 * Reads who calls, for whom and with which headers and configuration, from a request of major 2: from Grafana and from
 * Plutono, whose calls have neither configuration nor user agent.
 *
 * It costs one object. Each part is read when it is used for the first time, and never fails because of another part.
 * Printing the object shows nothing, and a spread of it copies nothing.
 *
 * @param request the message of any RPC
 * @param call Connect's context of the handler, or the same parts of an interceptor's request
 */
export function readRequestContext(
  endpoint: Endpoint,
  request: ContextualRequest,
  call: CallFacts,
  options: ContextOptions = {},
): RequestContext {
  return new ContextOfCall(endpoint, request, call, options);
}

/** A class because there is one for each call: its getters are shared, closures would be made each time. */
class ContextOfCall implements RequestContext {
  readonly endpoint: Endpoint;
  readonly #request: ContextualRequest;
  readonly #call: CallFacts;
  readonly #options: ContextOptions;
  #headers: CallHeaders | undefined;
  #config: GrafanaConfig | undefined;
  #log: Logger | undefined;

  constructor(endpoint: Endpoint, request: ContextualRequest, call: CallFacts, options: ContextOptions) {
    this.endpoint = endpoint;
    this.#request = request;
    this.#call = call;
    this.#options = options;
  }

  get pluginId(): string {
    return this.#request.pluginContext?.pluginId ?? "";
  }

  get pluginVersion(): string {
    return this.#request.pluginContext?.pluginVersion ?? "";
  }

  get apiVersion(): string {
    return this.#request.pluginContext?.apiVersion ?? "";
  }

  get orgId(): bigint {
    return this.#request.pluginContext?.orgId ?? 0n;
  }

  get namespace(): string {
    return this.#request.pluginContext?.namespace ?? "";
  }

  get tenantId(): string | undefined {
    return tenantOf(this.#call);
  }

  get user(): RequestUser | undefined {
    return this.#request.pluginContext?.user;
  }

  get userAgent(): RequestContext["userAgent"] {
    return parseUserAgent(this.#request.pluginContext?.userAgent ?? "");
  }

  get headers(): RequestContext["headers"] {
    this.#headers ??= new CallHeaders(this.#request.headers ?? {});
    return this.#headers;
  }

  get isFromAlert(): boolean {
    return (this.headers.get(HeaderName.fromAlert) ?? "") !== "";
  }

  get config(): GrafanaConfig {
    const { pluginContext } = this.#request;
    this.#config ??= readGrafanaConfig(pluginContext?.grafanaConfig, this.#options.env);
    return this.#config;
  }

  get trace(): RequestContext["trace"] {
    return traceOfCall(this.#call);
  }

  get log(): Logger {
    this.#log ??= loggerOfCall(this.#options.log ?? createLogger(), {
      endpoint: this.endpoint,
      // Requests of hosts are messages; tests may pass the same parts of one.
      pluginContext: this.#request.pluginContext as PluginContext | undefined,
      context: this.#call,
    });
    return this.#log;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get harRecorder(): HarRecorder | undefined {
    return harRecorderOf(this.#call);
  }

  timeoutMs(): number | undefined {
    return this.#call.timeoutMs?.();
  }
}
