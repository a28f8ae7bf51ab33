import type { Logger } from "../../plugin/create-logger.ts";
import type { OpenCall } from "../call/call-source.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Entry, Made } from "./instance-entry.ts";

/** A call and its use of an instance. */
export class InstanceCall implements OpenCall<never, never> {
  readonly context: RequestContext;
  readonly instance: never;
  readonly settings: never;
  #entry: Entry<unknown, unknown> | undefined;
  readonly #release: (entry: Entry<unknown, unknown>) => void;

  constructor(
    context: RequestContext,
    entry: Entry<unknown, unknown>,
    { instance, settings }: Made<unknown, unknown>,
    release: (entry: Entry<unknown, unknown>) => void,
  ) {
    entry.uses++;
    this.context = context;
    // The class is for instances of any type; `begin` names it.
    this.instance = instance as never;
    this.settings = settings as never;
    this.#entry = entry;
    this.#release = release;
  }

  get signal(): AbortSignal {
    return this.context.signal;
  }

  get log(): Logger {
    return this.context.log;
  }

  end(): void {
    const entry = this.#entry;
    this.#entry = undefined;
    if (entry !== undefined) this.#release(entry);
  }
}
