import type { HandlerContext } from "@connectrpc/connect";
import type { Logger } from "../../plugin/create-logger.ts";
import type { GrafanaConfig } from "../../plugin/environment/read-grafana-config.ts";
import type { CallSource } from "../call/call-source.ts";
import type { HandlerCall } from "../call/handler-call.ts";
import type { ContextualRequest } from "../context/read-request-context.ts";
import type { RequestContext } from "../context/request-context.ts";

/** What `create` receives. Its configuration and its log are made when they are read: a spread does not copy them. */
export interface CreateInput<Settings> {
  readonly settings: Settings;
  /** Configuration of the host. Reading it throws `invalid_option` for a value that cannot be read. */
  readonly config: GrafanaConfig;
  /** Aborted when no call waits for the instance any more, and after `createTimeoutMs`. */
  readonly signal: AbortSignal;
  /** The call for which the instance is created, the first of those that wait for it. */
  readonly context: RequestContext;
  /** The logger of that call. */
  readonly log: Logger;
}

/** How instances are made and how long they are kept. */
export interface InstanceOptions<Instance, Settings> {
  /** Creates the instance of some settings. Default: none, `instance` is `undefined`. */
  readonly create?: ((input: CreateInput<Settings>) => Instance | Promise<Instance>) | undefined;
  /**
   * Disposes an instance when the last call that uses it has ended. Default: its `[Symbol.asyncDispose]`,
   * `[Symbol.dispose]` or `close`, the first that it has. What it throws is logged.
   */
  readonly dispose?: ((instance: Instance) => unknown) | undefined;
  /**
   * Instances that are kept. Default 1000. When one more is created, the one that was not used for the longest time is
   * disposed, one in use when its calls have ended.
   */
  readonly maxInstances?: number | undefined;
  /** Time without a call after which an instance is disposed. Default 1 hour, as in the Go SDK. */
  readonly idleMs?: number | undefined;
  /**
   * Longest time that the disposal of an instance may take. After it the instance counts as disposed, so that `close()`
   * ends, and an error is logged. Default 10 seconds: what a disposal waits for, such as a pool of connections, usually
   * ends in milliseconds.
   */
  readonly disposeTimeoutMs?: number | undefined;
  /** Longest time that `create` may take, with the validation of the settings. Default 30 seconds. */
  readonly createTimeoutMs?: number | undefined;
  /**
   * Time for which calls get the error of a creation that failed, without another try. Default 1 second: the calls of
   * one dashboard get one error, and the next refresh tries again. 0: each call tries again.
   */
  readonly failureMs?: number | undefined;
  /** Is called with the new number of instances when it changes, for the gauge `plugins_active_instances`. */
  readonly onActive?: ((active: number) => void) | undefined;
}

/** Instances by the settings of calls. A value of its own: it can be used with `implement` alone. */
export interface Instances<Instance, Settings> extends CallSource<Instance, Settings>, AsyncDisposable {
  /** Instances that were created and are not disposed yet, the gauge `plugins_active_instances`. */
  readonly active: number;
  /**
   * Calls `run` with the instance of a request, which stays alive until `run` has ended.
   *
   * @param context Connect's context of the handler
   * @throws QueryError if the instance could not be created, with its reason; and what `run` throws
   */
  use<Result>(
    request: ContextualRequest,
    context: HandlerContext,
    run: (call: HandlerCall<Instance, Settings>) => Result | Promise<Result>,
  ): Promise<Result>;
  /**
   * Disposes all instances, those in use when their calls have ended, and resolves then; a disposal that hangs counts as
   * ended after `disposeTimeoutMs`. Later calls are refused with `closed`. Safe to call twice.
   */
  close(): Promise<void>;
}
