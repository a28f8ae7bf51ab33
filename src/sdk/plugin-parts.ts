import { methodsOption } from "../option-checks.ts";
import type { ImplementedMajor } from "../plugin/implement.ts";
import { implement } from "../plugin/implement.ts";
import type { PluginImpl } from "../protocol.ts";
import { type V2, v2 } from "../v2/v2.ts";
import { type AdmissionHandlers, serveAdmission } from "./admission/serve-admission.ts";
import type { HandlerCall } from "./call/handler-call.ts";
import { type ConversionHandlers, serveConversion } from "./conversion/serve-conversion.ts";
import { classifyError } from "./errors/classify-error.ts";
import { withErrorSources } from "./errors/with-error-sources.ts";
import { type HealthHandler, serveHealth } from "./health/serve-health.ts";
import type { Instances } from "./instances/instances.ts";
import type { CallObserver } from "./observe/call-observer.ts";
import { collectMetrics, type MetricsSource } from "./observe/metrics/collect-metrics.ts";
import { instanceGauge } from "./observe/metrics/instance-gauge.ts";
import { observeHandlers } from "./observe/observe-handlers.ts";
import type { QueryRoutes } from "./queries/query-routes.ts";
import { serveQueries } from "./queries/serve-queries.ts";
import type { ResourceHandler } from "./resources/serve-resources.ts";
import { resourcesOfInstances } from "./resources-of-instances.ts";
import { serveStreams } from "./streams/serve-streams.ts";
import type { StreamRoutes } from "./streams/stream-routes.ts";

/** The handlers of a plugin. What is left out answers UNIMPLEMENTED. */
export interface PluginParts<Models, Datas, Instance, Settings> {
  /** Queries by `queryType`; the route of the empty text is for all types without a route. */
  readonly queries?: QueryRoutes<Models, Instance, Settings> | undefined;
  /** Queries of a call that are answered at the same time. Default: what the host says, else 10. */
  readonly concurrency?: number | undefined;
  /** Checks whether an instance works, for "Save & test". */
  readonly health?: HealthHandler<Instance, Settings> | undefined;
  /** Answers resource calls: any router for Fetch is such a handler. */
  readonly resources?: ResourceHandler<HandlerCall<Instance, Settings>> | undefined;
  /** Streams by the pattern of their paths, such as `prices/:symbol`. */
  readonly streams?: StreamRoutes<Datas, Instance, Settings> | undefined;
  /**
   * Metrics of the process, such as a `Registry` of prom-client. The gauge `plugins_active_instances` is added to them.
   */
  readonly metrics?: MetricsSource | readonly MetricsSource[] | undefined;
  /** What sees each call begin and end: `await defaultObservers({ … })` for the log, metrics and spans of the Go SDK. */
  readonly observers?: readonly CallObserver[] | undefined;
  /** Checks and changes what the host stores. */
  readonly admission?: AdmissionHandlers | undefined;
  /** Converts objects that the host has stored to another version. */
  readonly conversion?: ConversionHandlers["convert"];
  /** Brings stored queries to the form of this version of the plugin. */
  readonly migrateQueries?: ConversionHandlers["migrateQueries"];
}

/** A plugin for `servePlugin`, and its parts. */
export interface SdkPlugin<Instance, Settings> extends ImplementedMajor, AsyncDisposable {
  /** The handlers with their observers, for `createInMemoryPlugin(v2, …)` and for `adaptHandlersToV1` of `./compat`. */
  readonly implementation: PluginImpl<V2>;
  readonly instances: Instances<Instance, Settings>;
  /** Disposes the instances, those in use when their calls have ended. `servePlugin` calls it at its end. */
  close(): Promise<void>;
}

/** @throws PluginError `invalid_option` */
export function assemblePlugin<Models, Datas, Instance, Settings>(
  parts: PluginParts<Models, Datas, Instance, Settings>,
  instances: Instances<Instance, Settings>,
): SdkPlugin<Instance, Settings> {
  const { queries, concurrency, health, resources, streams, metrics, admission, conversion, migrateQueries } =
    parts;
  const { observers = [] } = parts;
  const sources = metrics === undefined ? [] : [metrics].flat();
  for (const source of sources) {
    methodsOption("metrics", source, ["metrics"], "an object with metrics(), such as a Registry");
  }
  const convertsObjects = conversion !== undefined || migrateQueries !== undefined;
  const implementation: PluginImpl<V2> = withErrorSources({
    ...(queries !== undefined && { data: serveQueries(queries, { instances, concurrency }) }),
    ...((health !== undefined || metrics !== undefined) && {
      diagnostics: {
        ...(health !== undefined && serveHealth(health, { instances })),
        ...(metrics !== undefined && {
          collectMetrics: collectMetrics(
            ...sources,
            instanceGauge(() => instances.active),
          ),
        }),
      },
    }),
    ...(resources !== undefined && {
      resource: { callResource: resourcesOfInstances(resources, instances) },
    }),
    ...(streams !== undefined && { stream: serveStreams(streams, { instances }) }),
    ...(admission !== undefined && { admission: serveAdmission(admission) }),
    ...(convertsObjects && { conversion: serveConversion({ convert: conversion, migrateQueries }) }),
  });
  const observe = (plugin: ImplementedMajor) =>
    observeHandlers(plugin, observers, { sourceOf: classifyError });
  return {
    ...observe(implement(v2, implementation)),
    implementation:
      observers.length === 0 ? implementation : handlersOf(observe(withoutChecks(implementation))),
    instances,
    close: () => instances.close(),
    [Symbol.asyncDispose]: () => instances.close(),
  };
}

/** As `implement`, which then checks the answers of these handlers. */
function withoutChecks(implementation: PluginImpl<V2>): ImplementedMajor {
  const services = Object.entries(v2.services).flatMap(([name, service]) => {
    const handlers = implementation[name as keyof V2["services"]];
    return handlers === undefined ? [] : [{ service, implementation: handlers }];
  });
  return { version: v2.version, services };
}

function handlersOf({ services }: ImplementedMajor): PluginImpl<V2> {
  const named = Object.entries(v2.services).flatMap(([name, service]) => {
    const served = services.find((each) => each.service === service);
    return served === undefined ? [] : [[name, served.implementation] as const];
  });
  return Object.fromEntries(named);
}
