import { isThenable } from "../../handlers/is-thenable.ts";
import type { Logger } from "../../plugin/create-logger.ts";
import type { GrafanaConfig } from "../../plugin/environment/read-grafana-config.ts";
import { startTimer, stopTimer } from "../../timer.ts";
import type { RequestContext } from "../context/request-context.ts";
import { tookTooLong } from "./creation-errors.ts";
import type { Entry, Made } from "./instance-entry.ts";
import type { CreateInput } from "./instances.ts";

/** How an instance is created, and who is told its end. */
export interface CreationSteps<Stored, Instance, Settings> {
  readonly read: (stored: Stored) => Settings | Promise<Settings>;
  readonly create: (input: CreateInput<Settings>) => Instance | Promise<Instance>;
  readonly createTimeoutMs: number;
  readonly onMade: (entry: Entry<Instance, Settings>, made: Made<Instance, Settings>) => void;
  readonly onFailed: (entry: Entry<Instance, Settings>, reason: unknown) => void;
  /** The creation was given up before: no call can get this instance. */
  readonly onLate: (instance: Instance, log: () => Logger) => void;
}

/**
 * Starts the creation of an instance. Creates at once if nothing of it is asynchronous, so that the call needs no
 * promise; else the entry has a `creation` until it ends.
 */
export function startCreation<Stored, Instance, Settings>(
  entry: Entry<Instance, Settings>,
  stored: Stored,
  context: RequestContext,
  steps: CreationSteps<Stored, Instance, Settings>,
): void {
  const { read, create, createTimeoutMs, onMade, onFailed, onLate } = steps;
  const controller = new AbortController();
  const createFrom = (settings: Settings): Made<Instance, Settings> | Promise<Made<Instance, Settings>> => {
    controller.signal.throwIfAborted();
    const made = create(new InputOfCreate(settings, context, controller.signal, entry.log));
    if (isThenable(made)) return Promise.resolve(made).then((instance) => ({ instance, settings }));
    return { instance: made, settings };
  };
  let making: Made<Instance, Settings> | Promise<Made<Instance, Settings>>;
  try {
    const settings = read(stored);
    making = isThenable(settings) ? Promise.resolve(settings).then(createFrom) : createFrom(settings);
  } catch (reason) {
    onFailed(entry, reason);
    return;
  }
  if (!isThenable(making)) {
    onMade(entry, making);
    return;
  }
  const { promise: ended, resolve: onEnd } = Promise.withResolvers<void>();
  let isOver = false;
  const end = (): boolean => {
    if (isOver) return false;
    isOver = true;
    stopTimer(timer);
    entry.creation = undefined;
    onEnd();
    return true;
  };
  const cancel = (reason: unknown): void => {
    if (!end()) return;
    onFailed(entry, reason);
    controller.abort(reason);
  };
  const timer = startTimer(createTimeoutMs, () => cancel(tookTooLong(createTimeoutMs)));
  timer.unref();
  entry.creation = { ended, cancel };
  making.then(
    (made) => {
      if (end()) onMade(entry, made);
      else onLate(made.instance, entry.log);
    },
    (reason: unknown) => {
      if (end()) onFailed(entry, reason);
    },
  );
}

/**
 * Reads the configuration only for a `create` that uses it, because a bad value must not fail the others, and makes the
 * log only for one that logs.
 */
class InputOfCreate<Settings> implements CreateInput<Settings> {
  readonly settings: Settings;
  readonly context: RequestContext;
  readonly signal: AbortSignal;
  readonly #log: () => Logger;

  constructor(settings: Settings, context: RequestContext, signal: AbortSignal, log: () => Logger) {
    this.settings = settings;
    this.context = context;
    this.signal = signal;
    this.#log = log;
  }

  get log(): Logger {
    return this.#log();
  }

  get config(): GrafanaConfig {
    return this.context.config;
  }
}
