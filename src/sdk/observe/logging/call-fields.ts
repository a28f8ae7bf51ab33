import { requestFields } from "../../../plugin/request-fields.ts";
import { spanOfCall } from "../tracing/span-of-call.ts";
import {
  type Propagation,
  type ReadValues,
  readTraceContext,
  type TraceSource,
} from "../tracing/trace-context.ts";

/** The parts of a call that its log lines name: of a handler's request and context. */
export interface LoggedCall {
  /** Such as `queryData`. */
  readonly endpoint: string;
  /** A `PluginContext`, or as much of one. */
  readonly pluginContext: LoggedContext | undefined;
  readonly context: TraceSource;
}

/** The parts of a `PluginContext` that log lines name, and the secrets that they hide. */
export interface LoggedContext {
  readonly pluginId: string;
  readonly pluginVersion: string;
  readonly user?: { readonly name: string } | undefined;
  readonly dataSourceInstanceSettings?:
    | (Secrets & { readonly name: string; readonly uid: string })
    | undefined;
  readonly appInstanceSettings?: Secrets | undefined;
}

interface Secrets {
  readonly decryptedSecureJsonData: Readonly<Record<string, string>>;
}

/**
 * The fields that each line about a call has, under the names of the Go SDK: plugin, endpoint, trace, data source and
 * user, and what the host adds by the metadata `loggerParamsCtxMetadata`.
 */
export function callFields(call: LoggedCall, formats: readonly Propagation[]): Record<string, unknown> {
  const { endpoint, pluginContext, context } = call;
  const read: ReadValues = (name) => requestFields(context, name);
  const { pluginId = "", pluginVersion = "", dataSourceInstanceSettings, user } = pluginContext ?? {};
  const fields: Record<string, unknown> = { pluginId, pluginVersion, endpoint };
  const trace = spanOfCall(context) ?? readTraceContext(read, formats);
  if (trace !== undefined) fields["traceId"] = trace.traceId;
  if (dataSourceInstanceSettings !== undefined) {
    fields["dsName"] = dataSourceInstanceSettings.name;
    fields["dsUid"] = dataSourceInstanceSettings.uid;
    if (user !== undefined) fields["uname"] = user.name;
  }
  for (const [key, value] of hostFields(read)) {
    if (key !== "__proto__") fields[key] = value;
    else Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return fields;
}

/** The key in lower case, as gRPC sends it. Each value is `key:::value`; others are ignored, as in the Go SDK. */
function* hostFields(read: ReadValues): Generator<readonly [string, string]> {
  for (const received of read("loggerparamsctxmetadata")) {
    // Several values may have come joined.
    for (const pair of received.split(/, ?(?=[^,]+?:::)/)) {
      const [key, value, ...rest] = pair.split(":::");
      if (key && value && rest.length === 0) yield [key, value];
    }
  }
}
