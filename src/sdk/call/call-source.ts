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

/** The context of an RPC of major 2. Endpoints have the names of its methods. */
export function contextOf(request: ContextualRequest, context: HandlerContext): RequestContext {
  return readRequestContext(context.method.localName as Endpoint, request, context);
}

/** Runs a handler with a call, and ends it. */
export async function withCall<Instance, Settings, Result>(
  source: CallSource<Instance, Settings>,
  request: ContextualRequest,
  context: HandlerContext,
  run: (call: OpenCall<Instance, Settings>) => Result | Promise<Result>,
): Promise<Result> {
  const begun = source.begin(request, context);
  const call = isThenable(begun) ? await begun : begun;
  try {
    return await run(call);
  } finally {
    call.end();
  }
}
