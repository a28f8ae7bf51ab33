import type { HandlerContext } from "@connectrpc/connect";
import type { PluginContext } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { messageOf, PluginError } from "../../errors.ts";
import { errorSourceOf } from "../../handlers/error-source.ts";
import { isThenable } from "../../handlers/is-thenable.ts";
import { functionOption, millisecondsOption, objectOption } from "../../option-checks.ts";
import type { Logger } from "../../plugin/create-logger.ts";
import type { GrafanaConfig } from "../../plugin/environment/read-grafana-config.ts";
import { startTimer, stopTimer, type Timer } from "../../timer.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import { wholeNumberOption } from "../../whole-number-option.ts";
import { contextOf, type OpenCall, withCall } from "../call/call-source.ts";
import type { RequestContext } from "../context/request-context.ts";
import { loggedCallback } from "../logged-callback.ts";
import { createConfigCheck } from "./create-config-check.ts";
import { disposeInstance } from "./dispose-instance.ts";
import { createKeys, type InstanceKind } from "./instance-key.ts";
import type { CreateInput, InstanceOptions, Instances } from "./instances.ts";
import { logOfInstance } from "./log-of-instance.ts";

/** What differs between the instances of data sources and of apps. */
interface Source<Stored, Settings> {
  readonly kind: InstanceKind;
  /** The settings as the host sent them. */
  readonly settingsOf: (context: PluginContext) => Stored | undefined;
  readonly read: (stored: Stored) => Settings | Promise<Settings>;
}

/** What was created. */
interface Made<Instance, Settings> {
  readonly instance: Instance;
  readonly settings: Settings;
}

/** An instance, from the call that needs it first to its end. */
interface Entry<Instance, Settings> {
  readonly key: string;
  readonly lastUpdatedMS: bigint;
  readonly hasConfig: (config: Readonly<Record<string, string>>) => boolean;
  readonly log: Logger;
  /** `undefined` until it is created. */
  made: Made<Instance, Settings> | undefined;
  /** Settles when the creation has ended; `undefined` for one that ended at once. */
  creation: Creation | undefined;
  /** The error of a creation that failed, until `retryAt`. */
  error: unknown;
  retryAt: number;
  /** Calls that have it, and calls that wait for it. */
  uses: number;
  /** In milliseconds of `performance.now`. */
  lastUsed: number;
  /** It gets no more calls, and ends with the last one. */
  isRetired: boolean;
}

interface Creation {
  readonly ended: Promise<void>;
  /** Ends it with this error, if it has not ended yet. */
  readonly cancel: (reason: unknown) => void;
}

/** @throws PluginError `invalid_option` */
export function manageInstances<
  Stored extends { readonly lastUpdatedMS: bigint },
  Instance,
  Settings extends object,
>(
  options: InstanceOptions<Instance, Settings>,
  { kind, settingsOf, read }: Source<Stored, Settings>,
): Instances<Instance, Settings> {
  type Held = Entry<Instance, Settings>;
  const { create, dispose, onActive, maxInstances, idleMs, createTimeoutMs, failureMs } = resolve(options);
  const keyOf = createKeys(kind);
  const entries = new Map<string, Held>();
  let active = 0;
  let isClosed = false;
  let onDisposed = (): void => {};
  let sweeping: Timer | undefined;

  const begin: Instances<Instance, Settings>["begin"] = (request, handlerContext) => {
    if (isClosed) throw new PluginError("closed", "the instances of the plugin are closed");
    // The decoder gives a whole message; the type of a request allows for the parts alone.
    const pluginContext = request.pluginContext as PluginContext | undefined;
    const stored = pluginContext === undefined ? undefined : settingsOf(pluginContext);
    if (pluginContext === undefined || stored === undefined) throw missingSettings(kind);
    const context = contextOf(request, handlerContext);
    const key = keyOf(pluginContext, context.tenantId);
    let entry = entries.get(key);
    if (entry !== undefined && !isCurrent(entry, stored, pluginContext)) {
      retire(entry);
      entry = undefined;
    }
    entry ??= add(key, stored, pluginContext, context, handlerContext);
    if (entry.made !== undefined) return new InstanceCall(context, entry, entry.made, release);
    if (entry.creation !== undefined) return waitFor(entry, entry.creation, context);
    throw entry.error;
  };

  const isCurrent = (entry: Held, stored: Stored, { grafanaConfig }: PluginContext): boolean =>
    entry.lastUpdatedMS === stored.lastUpdatedMS &&
    entry.hasConfig(grafanaConfig) &&
    (entry.error === undefined || performance.now() < entry.retryAt);

  const add = (
    key: string,
    stored: Stored,
    pluginContext: PluginContext,
    context: RequestContext,
    handlerContext: HandlerContext,
  ): Held => {
    const entry: Held = {
      key,
      lastUpdatedMS: stored.lastUpdatedMS,
      hasConfig: createConfigCheck(pluginContext.grafanaConfig),
      log: logOfInstance(context.endpoint, pluginContext, handlerContext),
      made: undefined,
      creation: undefined,
      error: undefined,
      retryAt: 0,
      uses: 0,
      lastUsed: performance.now(),
      isRetired: false,
    };
    entries.set(key, entry);
    makeRoom(entry);
    startCreation(entry, stored, context);
    startSweeping(idleMs);
    return entry;
  };

  /** Creates at once if nothing of it is asynchronous, so that the call needs no promise. */
  const startCreation = (entry: Held, stored: Stored, context: RequestContext): void => {
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
      fail(entry, reason);
      return;
    }
    if (!isThenable(making)) {
      succeed(entry, making);
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
      fail(entry, reason);
      controller.abort(reason);
    };
    const timer = startTimer(createTimeoutMs, () => cancel(tookTooLong(createTimeoutMs)));
    timer.unref();
    entry.creation = { ended, cancel };
    making.then(
      (made) => {
        if (end()) succeed(entry, made);
        // The creation was given up, so no call can get this instance.
        else void disposeOf(made.instance, entry.log);
      },
      (reason: unknown) => {
        if (end()) fail(entry, reason);
      },
    );
  };

  const succeed = (entry: Held, made: Made<Instance, Settings>): void => {
    entry.made = made;
    entry.lastUsed = performance.now();
    setActive(active + 1);
    endIfUnused(entry);
  };

  const fail = (entry: Held, reason: unknown): void => {
    entry.error = toCallError(reason);
    entry.retryAt = performance.now() + failureMs;
    const isOver = isAbandoned(reason) || isClosed;
    if (!isOver) {
      entry.log.error("the instance could not be created", {
        error: reason instanceof QueryError ? reason.message : reason,
      });
    }
    if (failureMs === 0 || isOver) remove(entry);
  };

  const waitFor = (entry: Held, creation: Creation, context: RequestContext): Promise<InstanceCall> => {
    const { signal } = context;
    entry.uses++;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        signal.removeEventListener("abort", onAbort);
        entry.uses--;
        reject(signal.reason);
        if (entry.uses === 0) entry.creation?.cancel(new Abandoned());
      };
      if (signal.aborted) return onAbort();
      signal.addEventListener("abort", onAbort);
      void creation.ended.then(() => {
        if (signal.aborted) return;
        signal.removeEventListener("abort", onAbort);
        const { made } = entry;
        // Before the use as a waiting call ends: an instance that is replaced meanwhile would be disposed.
        if (made !== undefined) resolve(new InstanceCall(context, entry, made, release));
        else reject(entry.error);
        release(entry);
      });
    });
  };

  const release = (entry: Entry<unknown, unknown>): void => {
    entry.uses--;
    entry.lastUsed = performance.now();
    endIfUnused(entry as Held);
  };

  const retire = (entry: Held): void => {
    remove(entry);
    entry.isRetired = true;
    if (entry.uses === 0) entry.creation?.cancel(new Abandoned());
    endIfUnused(entry);
  };

  const remove = (entry: Held): void => {
    if (entries.get(entry.key) === entry) entries.delete(entry.key);
  };

  const endIfUnused = (entry: Held): void => {
    const { made } = entry;
    if (!entry.isRetired || entry.uses > 0 || made === undefined) return;
    entry.made = undefined;
    void disposeOf(made.instance, entry.log).then(() => setActive(active - 1));
  };

  const disposeOf = async (instance: Instance, log: Logger): Promise<void> => {
    try {
      await dispose(instance);
    } catch (reason) {
      log.error("an instance could not be disposed", { error: reason });
    }
  };

  const setActive = (count: number): void => {
    active = count;
    onActive?.(count);
    if (count === 0) onDisposed();
  };

  /** Retires the instance that was not used for the longest time; one in use only if all others are. */
  const makeRoom = (added: Held): void => {
    if (entries.size <= maxInstances) return;
    let oldest: Held | undefined;
    for (const entry of entries.values()) {
      if (entry === added) continue;
      const isBetter =
        oldest === undefined ||
        (entry.uses === 0 && oldest.uses > 0) ||
        ((entry.uses === 0) === (oldest.uses === 0) && entry.lastUsed < oldest.lastUsed);
      if (isBetter) oldest = entry;
    }
    if (oldest !== undefined) retire(oldest);
  };

  const startSweeping = (ms: number): void => {
    if (sweeping !== undefined || ms === Number.POSITIVE_INFINITY) return;
    sweeping = startTimer(ms, () => {
      sweeping = undefined;
      sweep();
    });
    sweeping.unref();
  };

  const sweep = (): void => {
    const now = performance.now();
    let next = idleMs;
    for (const entry of entries.values()) {
      if (entry.uses > 0 || entry.creation !== undefined) continue;
      const left = entry.lastUsed + idleMs - now;
      if (left <= 0) retire(entry);
      else next = Math.min(next, left);
    }
    if (entries.size > 0) startSweeping(next);
  };

  const close = async (): Promise<void> => {
    isClosed = true;
    stopTimer(sweeping);
    sweeping = undefined;
    const reason = new PluginError("closed", "the instances of the plugin are closed");
    for (const entry of [...entries.values()]) {
      entry.creation?.cancel(reason);
      retire(entry);
    }
    if (active === 0) return;
    await new Promise<void>((resolve) => {
      const before = onDisposed;
      onDisposed = () => {
        before();
        resolve();
      };
    });
  };

  const instances: Instances<Instance, Settings> = {
    get active() {
      return active;
    },
    begin,
    use: async (request, context, run) => withCall(instances, request, context, run),
    close,
    [Symbol.asyncDispose]: close,
  };
  return instances;
}

/** A call and its use of an instance. */
class InstanceCall implements OpenCall<never, never> {
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

/** Reads the configuration only for a `create` that uses it: a bad value must not fail the others. */
class InputOfCreate<Settings> implements CreateInput<Settings> {
  readonly settings: Settings;
  readonly context: RequestContext;
  readonly signal: AbortSignal;
  readonly log: Logger;

  constructor(settings: Settings, context: RequestContext, signal: AbortSignal, log: Logger) {
    this.settings = settings;
    this.context = context;
    this.signal = signal;
    this.log = log;
  }

  get config(): GrafanaConfig {
    return this.context.config;
  }
}

/** Why a creation ends that no call waits for. It is not remembered: the next call begins another one. */
class Abandoned extends Error {
  constructor() {
    super("no call waits for the instance any more");
    this.name = "AbortError";
  }
}

/** `instanceof` throws for a proxy that refuses to name its prototype. */
function isAbandoned(reason: unknown): boolean {
  try {
    return reason instanceof Abandoned;
  } catch {
    return false;
  }
}

/** An error that is an answer: it is logged once, where the creation failed, and not by each call. */
function toCallError(reason: unknown): unknown {
  if (reason instanceof QueryError || reason instanceof PluginError) return reason;
  const message = messageOf(reason) || "the instance could not be created";
  return new QueryError(message, { errorSource: errorSourceOf(reason) ?? "plugin", cause: reason });
}

function tookTooLong(createTimeoutMs: number): QueryError {
  return new QueryError(
    `the instance was not created within ${createTimeoutMs} ms: check what it connects to, or raise createTimeoutMs`,
    { status: 504 },
  );
}

function missingSettings(kind: InstanceKind): QueryError {
  const [owner, call] =
    kind === "app" ? ["app", "an app plugin"] : ["data source", "a data source, not for its plugin"];
  return new QueryError(`expected ${owner} settings in the request, got none: call it for ${call}`, {
    status: 400,
  });
}

function resolve<Instance, Settings>(options: InstanceOptions<Instance, Settings>) {
  objectOption("the options of instances", options, "an object such as { create }");
  const { create, dispose, onActive } = options;
  return {
    create:
      create === undefined
        ? (): Instance => undefined as Instance
        : functionOption<(input: CreateInput<Settings>) => Instance | Promise<Instance>>("create", create),
    dispose:
      dispose === undefined
        ? disposeInstance
        : functionOption<(instance: Instance) => unknown>("dispose", dispose),
    onActive: loggedCallback("onActive", onActive),
    maxInstances: wholeNumberOption("maxInstances", options.maxInstances ?? 1000),
    idleMs: millisecondsOption("idleMs", options.idleMs ?? 3_600_000),
    createTimeoutMs: millisecondsOption("createTimeoutMs", options.createTimeoutMs ?? 30_000),
    failureMs: millisecondsOption("failureMs", options.failureMs ?? 1000, { isZeroAllowed: true }),
  };
}
