import type { DescMethod } from "@bufbuild/protobuf";
import type { PluginContext } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import type { Endpoint } from "../context/request-context.ts";
import type { CallOutcome } from "./call-outcome.ts";
import type { TraceSource } from "./tracing/trace-context.ts";

/** One call of the host, as observers see it. Each of them gets the same object for the same call. */
export interface ObservedCall {
  readonly endpoint: Endpoint;
  readonly method: DescMethod;
  readonly pluginContext: PluginContext | undefined;
  /** Metadata, and the values that interceptors, observers and the handler share. */
  readonly context: Required<TraceSource>;
  /**
   * The values of a metadata key of the call, in their order. Some transports give several as one, joined by a comma
   * and a blank.
   *
   * @param name in lower case
   */
  metadata(name: string): readonly string[];
}

/**
 * Sees how each call of a plugin begins and ends: what the request log, the metrics and the spans are made of. It
 * costs less than an interceptor, which gets a request and a response object for each call.
 *
 * What an observer throws is ignored: it does not fail the call.
 */
export interface CallObserver<State = unknown> {
  /** Before the handler. Its result is the state that the other functions get for this call. */
  onBegin?(call: ObservedCall): State;
  /**
   * Runs the handler, and each step of a stream, for instance within the context of a tracer. Must call `run` once
   * and return its result. Not called where `onBegin` has returned nothing.
   */
  runIn?<T>(state: State, run: () => T): T;
  /** After the handler has ended, even if the host has left before. */
  onEnd(call: ObservedCall, outcome: CallOutcome, state: State): void;
}
