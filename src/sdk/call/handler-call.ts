import type { Logger } from "../../plugin/create-logger.ts";
import type { RequestContext } from "../context/request-context.ts";

/** What a handler of the authors' layer receives beside its input. Its parts are read when they are used. */
export interface HandlerCall<Instance = undefined, Settings = undefined> {
  /** What `create` returned for these settings. */
  readonly instance: Instance;
  readonly settings: Settings;
  /** Who calls, for whom, with which headers and configuration. */
  readonly context: RequestContext;
  /** Aborted when the host cancels the call, when its deadline passes, and when the plugin ends. */
  readonly signal: AbortSignal;
  /** A logger with the facts of the call in each line. */
  readonly log: Logger;
}

/** A call without an instance: of an RPC that hosts send without settings, and of a plugin that creates none. */
export class PlainCall implements HandlerCall {
  readonly context: RequestContext;
  // On the prototype, so that a call costs one small object.
  declare readonly instance: undefined;
  declare readonly settings: undefined;

  constructor(context: RequestContext) {
    this.context = context;
  }

  get signal(): AbortSignal {
    return this.context.signal;
  }

  get log(): Logger {
    return this.context.log;
  }

  /** Nothing is held. */
  end(): void {}
}
