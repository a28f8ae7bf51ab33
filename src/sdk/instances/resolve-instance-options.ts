import { functionOption, millisecondsOption, objectOption } from "../../option-checks.ts";
import type { Logger } from "../../plugin/create-logger.ts";
import { wholeNumberOption } from "../../whole-number-option.ts";
import { loggedCallback } from "../logged-callback.ts";
import { createDisposal } from "./create-disposal.ts";
import { disposeInstance } from "./dispose-instance.ts";
import type { CreateInput, InstanceOptions } from "./instances.ts";

/** The options with every default filled in. */
interface ResolvedInstanceOptions<Instance, Settings> {
  readonly create: (input: CreateInput<Settings>) => Instance | Promise<Instance>;
  /** Disposes an instance, and never rejects. */
  readonly dispose: (instance: Instance, log: () => Logger) => Promise<void>;
  readonly onActive: ((active: number) => void) | undefined;
  readonly maxInstances: number;
  readonly idleMs: number;
  readonly createTimeoutMs: number;
  readonly failureMs: number;
}

/** @throws PluginError `invalid_option` */
export function resolveInstanceOptions<Instance, Settings>(
  options: InstanceOptions<Instance, Settings>,
): ResolvedInstanceOptions<Instance, Settings> {
  objectOption("the options of instances", options, "an object such as { create }");
  const { create, dispose, onActive } = options;
  const disposeTimeoutMs = millisecondsOption("disposeTimeoutMs", options.disposeTimeoutMs ?? 10_000);
  return {
    create:
      create === undefined
        ? (): Instance => undefined as Instance
        : functionOption<(input: CreateInput<Settings>) => Instance | Promise<Instance>>("create", create),
    dispose: createDisposal(
      dispose === undefined
        ? disposeInstance
        : functionOption<(instance: Instance) => unknown>("dispose", dispose),
      disposeTimeoutMs,
    ),
    onActive: loggedCallback("onActive", onActive),
    maxInstances: wholeNumberOption("maxInstances", options.maxInstances ?? 1000),
    idleMs: millisecondsOption("idleMs", options.idleMs ?? 3_600_000),
    createTimeoutMs: millisecondsOption("createTimeoutMs", options.createTimeoutMs ?? 30_000),
    failureMs: millisecondsOption("failureMs", options.failureMs ?? 1000, { isZeroAllowed: true }),
  };
}
