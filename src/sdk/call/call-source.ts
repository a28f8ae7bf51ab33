import type { HandlerContext } from "@connectrpc/connect";
import { isThenable } from "../../handlers/is-thenable.ts";
import { type ContextualRequest, readRequestContext } from "../context/read-request-context.ts";
import type { Endpoint, RequestContext } from "../context/request-context.ts";
import { type HandlerCall, PlainCall } from "./handler-call.ts";

/** A call whose instance stays alive until `end()`. */
export interface OpenCall<Instance, Settings> extends HandlerCall<Instance, Settings> {
  /** Releases the instance. Later calls of it do nothing. */
  end(): void;
}

/** Begins calls: finds the instance of a request. `createInstances` returns one. */
export interface CallSource<Instance, Settings> {
  /**
   * Returns a promise only if the instance is not there yet.
   *
   * @throws QueryError if the instance could not be created, with its reason
   */
  begin(
    request: ContextualRequest,
    context: HandlerContext,
  ): OpenCall<Instance, Settings> | Promise<OpenCall<Instance, Settings>>;
}

/** Calls without instances. */
export const plainCalls: CallSource<undefined, undefined> = {
  begin: (request, context) => new PlainCall(contextOf(request, context)),
};

/**
 * The context of an RPC of major 2. Endpoints have the names of its methods. A query of major 1 comes through `./compat`,
 * to the handler of `queryData`.
 */
export function contextOf(request: ContextualRequest, context: HandlerContext): RequestContext {
  const { localName } = context.method;
  return readRequestContext(localName === "query" ? "queryData" : (localName as Endpoint), request, context);
}

/**
 * Runs a handler with a call, and ends it. At once if nothing is asynchronous: an answer that comes in the turn of its
 * request is sent with others, in one write.
 */
export function withCall<Instance, Settings, Result>(
  source: CallSource<Instance, Settings>,
  request: ContextualRequest,
  context: HandlerContext,
  run: (call: OpenCall<Instance, Settings>) => Result | Promise<Result>,
): Result | Promise<Result> {
  const begun = source.begin(request, context);
  if (!isThenable(begun)) return runAndEnd(begun, run);
  return Promise.resolve(begun).then((call) => runAndEnd(call, run));
}

/** Runs a function with a call, and ends the call with it. */
export function runAndEnd<Call extends { end(): void }, Result>(
  call: Call,
  run: (call: Call) => Result | Promise<Result>,
): Result | Promise<Result> {
  let result: Result | Promise<Result>;
  let isLater: boolean;
  try {
    result = run(call);
    // A proxy may throw for the check.
    isLater = isThenable(result);
  } catch (reason) {
    call.end();
    throw reason;
  }
  if (!isLater) {
    call.end();
    return result;
  }
  return Promise.resolve(result).then(
    (late) => {
      call.end();
      return late;
    },
    (reason: unknown) => {
      call.end();
      throw reason;
    },
  );
}
