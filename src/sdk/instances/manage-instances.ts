import type { PluginContext } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { nowMs } from "../../clock.ts";
import type { Logger } from "../../plugin/create-logger.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import { contextOf, withCall } from "../call/call-source.ts";
import { Abandoned, instancesClosed, isAbandoned, missingSettings, toCallError } from "./creation-errors.ts";
import { createIdleSweep } from "./idle-sweep.ts";
import { InstanceCall } from "./instance-call.ts";
import { type Entry, isCurrent, type Made, newEntry } from "./instance-entry.ts";
import { createKeys, type InstanceKind } from "./instance-key.ts";
import type { InstanceOptions, Instances } from "./instances.ts";
import { logOfInstance } from "./log-of-instance.ts";
import { oldestEntry } from "./oldest-entry.ts";
import { resolveInstanceOptions } from "./resolve-instance-options.ts";
import { startCreation } from "./start-creation.ts";
import { waitForCreation } from "./wait-for-creation.ts";

/** What differs between the instances of data sources and of apps. */
interface Source<Stored, Settings> {
  readonly kind: InstanceKind;
  /** The settings as the host sent them. */
  readonly settingsOf: (context: PluginContext) => Stored | undefined;
  readonly read: (stored: Stored) => Settings | Promise<Settings>;
}

/**
 * Holds the instances of a plugin by key: finds the one of a call, replaces and removes them, and counts them.
 *
 * @throws PluginError `invalid_option`
 */
export function manageInstances<
  Stored extends { readonly lastUpdatedMS: bigint },
  Instance,
  Settings extends object,
>(
  options: InstanceOptions<Instance, Settings>,
  { kind, settingsOf, read }: Source<Stored, Settings>,
): Instances<Instance, Settings> {
  type Held = Entry<Instance, Settings>;
  const { create, dispose, onActive, maxInstances, idleMs, createTimeoutMs, failureMs } =
    resolveInstanceOptions(options);
  const keyOf = createKeys(kind);
  const entries = new Map<string, Held>();
  let active = 0;
  let isClosed = false;
  let onDisposed = (): void => {};

  const begin: Instances<Instance, Settings>["begin"] = (request, handlerContext) => {
    if (isClosed) throw instancesClosed();
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
    if (entry === undefined) {
      entry = newEntry(
        key,
        stored,
        pluginContext,
        logOfInstance(context.endpoint, pluginContext, handlerContext),
      );
      add(entry);
      startCreation(entry, stored, context, steps);
      idleSweep.start();
    }
    if (entry.made !== undefined) return new InstanceCall(context, entry, entry.made, release);
    if (entry.creation !== undefined) return waitForCreation(entry, entry.creation, context, release);
    throw entry.error;
  };

  const add = (entry: Held): void => {
    entries.set(entry.key, entry);
    const oldest = entries.size > maxInstances ? oldestEntry(entries.values(), entry) : undefined;
    if (oldest !== undefined) retire(oldest);
  };

  const onMade = (entry: Held, made: Made<Instance, Settings>): void => {
    entry.made = made;
    entry.lastUsed = nowMs();
    setActive(active + 1);
    endIfUnused(entry);
  };

  const onFailed = (entry: Held, reason: unknown): void => {
    entry.error = toCallError(reason);
    entry.retryAt = nowMs() + failureMs;
    const isOver = isAbandoned(reason) || isClosed;
    if (!isOver) {
      entry.log().error("the instance could not be created", {
        error: reason instanceof QueryError ? reason.message : reason,
      });
    }
    if (failureMs === 0 || isOver) remove(entry);
  };

  const release = (entry: Entry<unknown, unknown>): void => {
    entry.uses--;
    entry.lastUsed = nowMs();
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
    void dispose(made.instance, entry.log).then(() => setActive(active - 1));
  };

  const setActive = (count: number): void => {
    active = count;
    onActive?.(count);
    if (count === 0) onDisposed();
  };

  const idleSweep = createIdleSweep(entries, idleMs, retire);
  const steps = {
    read,
    create,
    createTimeoutMs,
    onMade,
    onFailed,
    onLate: (instance: Instance, log: () => Logger) => void dispose(instance, log),
  };

  const close = async (): Promise<void> => {
    isClosed = true;
    idleSweep.stop();
    for (const entry of [...entries.values()]) {
      entry.creation?.cancel(instancesClosed());
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
