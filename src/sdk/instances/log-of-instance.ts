import type { HandlerContext } from "@connectrpc/connect";
import type { PluginContext } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { createLogger, type Logger } from "../../plugin/create-logger.ts";
import { requestFields } from "../../plugin/request-fields.ts";
import type { LoggedContext } from "../observe/logging/call-fields.ts";
import { loggerOfCall } from "../observe/logging/logger-of-call.ts";
import type { TraceSource } from "../observe/tracing/trace-context.ts";

/**
 * The log of the call that an instance is created for, with the same fields, but without its request. An instance lives
 * for hours, and a part of a decoded message keeps all bytes of the message in memory.
 *
 * @returns a function that makes the log when it is called first: most instances never log, and making the first log of
 *   a process takes a tenth of its first call
 */
export function logOfInstance(endpoint: string, context: PluginContext, call: HandlerContext): () => Logger {
  const { pluginId, pluginVersion, user, dataSourceInstanceSettings, appInstanceSettings } = context;
  const pluginContext: LoggedContext = {
    pluginId,
    pluginVersion,
    user: user && { name: user.name },
    dataSourceInstanceSettings: dataSourceInstanceSettings && {
      name: dataSourceInstanceSettings.name,
      uid: dataSourceInstanceSettings.uid,
      decryptedSecureJsonData: { ...dataSourceInstanceSettings.decryptedSecureJsonData },
    },
    appInstanceSettings: appInstanceSettings && {
      decryptedSecureJsonData: { ...appInstanceSettings.decryptedSecureJsonData },
    },
  };
  const values = new Map(loggedNames.map((name) => [name, requestFields(call, name)]));
  let log: Logger | undefined;
  return () => {
    log ??= loggerOfCall(createLogger(), { endpoint, pluginContext, context: new LoggedMetadata(values) });
    return log;
  };
}

/** The metadata that lines of a log name: the trace, and what the host adds. */
const loggedNames = ["traceparent", "tracestate", "uber-trace-id", "loggerparamsctxmetadata"];

/** A copy that makes no `Headers`: the first one of a process loads all of `fetch`, a third of the time of a start. */
class LoggedMetadata implements TraceSource {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  requestFields(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  get requestHeader(): Headers {
    return new Headers([...this.#values].flatMap(([name, values]) => values.map((value) => [name, value])));
  }
}
