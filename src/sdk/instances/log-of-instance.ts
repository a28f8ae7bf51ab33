import { create } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import {
  type DataSourceInstanceSettings,
  type PluginContext,
  PluginContextSchema,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { createLogger, type Logger } from "../../plugin/create-logger.ts";
import { requestFields } from "../../plugin/request-fields.ts";
import { loggerOfCall } from "../observe/logging/logger-of-call.ts";
import type { TraceSource } from "../observe/tracing/trace-context.ts";

/**
 * The log of the call that an instance is created for, with the same fields, but without its request. An instance lives
 * for hours, and a part of a decoded message keeps all bytes of the message in memory.
 */
export function logOfInstance(endpoint: string, context: PluginContext, call: HandlerContext): Logger {
  const { pluginId, pluginVersion, user, dataSourceInstanceSettings, appInstanceSettings } = context;
  const pluginContext = create(PluginContextSchema, {
    pluginId,
    pluginVersion,
    ...(user === undefined ? {} : { user: { name: user.name } }),
    ...(dataSourceInstanceSettings === undefined
      ? {}
      : { dataSourceInstanceSettings: withoutBytes(dataSourceInstanceSettings) }),
    ...(appInstanceSettings === undefined ? {} : { appInstanceSettings: withoutBytes(appInstanceSettings) }),
  });
  return loggerOfCall(createLogger(), { endpoint, pluginContext, context: new LoggedMetadata(call) });
}

/** The metadata that lines of a log name: the trace, and what the host adds. */
const loggedNames = ["traceparent", "tracestate", "uber-trace-id", "loggerparamsctxmetadata"];

/** A copy that makes no `Headers`: the first one of a process loads all of `fetch`, a third of the time of a start. */
class LoggedMetadata implements TraceSource {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(call: HandlerContext) {
    this.#values = new Map(loggedNames.map((name) => [name, requestFields(call, name)]));
  }

  requestFields(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  get requestHeader(): Headers {
    return new Headers([...this.#values].flatMap(([name, values]) => values.map((value) => [name, value])));
  }
}

/** What the log names, and the secrets that it hides. */
function withoutBytes({ name, uid, decryptedSecureJsonData }: Named) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(uid === undefined ? {} : { uid }),
    decryptedSecureJsonData: { ...decryptedSecureJsonData },
  };
}

type Named = Pick<DataSourceInstanceSettings, "decryptedSecureJsonData"> &
  Partial<Pick<DataSourceInstanceSettings, "name" | "uid">>;
