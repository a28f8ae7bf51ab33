import type { HandlerContext } from "@connectrpc/connect";
import type { CallResourceRequest } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { isThenable } from "../../handlers/is-thenable.ts";
import type { PluginImpl } from "../../protocol.ts";
import type { ResourceAnswer } from "../../v2/responses/answer-resource.ts";
import type { V2 } from "../../v2/v2.ts";
import { readRequestContext } from "../context/read-request-context.ts";
import type { RequestContext } from "../context/request-context.ts";
import { createRequestMaker } from "./request-maker.ts";
import { ResourceMessages } from "./resource-messages.ts";

/** What a resource handler gets beside the request. */
export interface ResourceEnv {
  readonly context: RequestContext;
}

/** What a resource handler may answer. */
export type ResourceResult = Response | ResourceAnswer;

/**
 * A handler of resource calls. Any router for Fetch is one: `(request, env) => app.fetch(request, env)`.
 *
 * @param request its URL is the path of the resource on a made-up origin, `http://plugin.invalid/…`
 * @param env where the router keeps it for its handlers is the router's matter: `c.env` in Hono, a further argument in
 *   itty-router
 */
export type ResourceHandler<Env = ResourceEnv> = (
  request: Request,
  env: Env,
) => ResourceResult | Promise<ResourceResult>;

export interface ServeResourcesOptions<Env> {
  /** Makes what the handler gets beside the request. Default: `{ context }`. */
  readonly env?: ((message: CallResourceRequest, call: HandlerContext) => Env | Promise<Env>) | undefined;
  /**
   * Called once with what `env` has made, when the call is over: its last message was taken, it has failed, or the host
   * has cancelled it. Then the handler may still run.
   */
  readonly onEnd?: ((env: Env) => void) | undefined;
  /**
   * Makes a real `Request` for each call. By default one for GET or HEAD is made when it is needed, which saves a large
   * part of a small call, and must be copied as `new Request(request.clone(), …)`. Default false.
   */
  readonly standardRequests?: boolean | undefined;
}

/** The handler of the RPC. */
export type CallResource = NonNullable<NonNullable<PluginImpl<V2>["resource"]>["callResource"]>;

/**
 * Serves a Fetch handler as `callResource`: `implement(v2, { resource: { callResource: serveResources(handler) } })`.
 *
 * The handler returns a `Response`, or a plain `{ code, headers, body }` as `answerResource` takes it, which costs less.
 * A body is sent part by part as the host reads it, in messages of at most 1 MiB; code and headers are sent when the
 * first part is there, or at once if it is not ready. Several `Set-Cookie` headers stay separate. A body that breaks off
 * fails the call; the host then cuts its answer off.
 *
 * `request.signal` is aborted when the host cancels, and the call is over then even if the handler never answers. The body
 * of a request is all there. A GET or HEAD request has none, as in Fetch: a plugin that needs one takes the message.
 *
 * A `QueryError` with a status from 400 to 499 is answered as JSON with its `message`. Any other exception fails the call.
 * A method that Fetch does not allow gets 405.
 *
 * @throws TypeError (fails the call) when the handler returns something else, or `Response.error()`.
 */
export function serveResources(handler: ResourceHandler): CallResource;
export function serveResources<Env>(
  handler: ResourceHandler<Env>,
  options: ServeResourcesOptions<Env> & { readonly env: NonNullable<ServeResourcesOptions<Env>["env"]> },
): CallResource;
export function serveResources(
  handler: ResourceHandler,
  options: ServeResourcesOptions<ResourceEnv>,
): CallResource;
export function serveResources<Env>(
  handler: ResourceHandler<Env>,
  { env, onEnd, standardRequests = false }: ServeResourcesOptions<Env> = {},
): CallResource {
  const toRequest = createRequestMaker(standardRequests);
  const toEnv = env ?? (contextOnly as NonNullable<typeof env>);
  return (message, call) => {
    const hold = onEnd === undefined ? undefined : new Hold(onEnd);
    const run = (made: Env): unknown => {
      hold?.keep(made);
      return handler(toRequest(message, call), made);
    };
    const start = (): unknown => {
      const made = toEnv(message, call);
      return isThenable(made) ? made.then((later) => run(later as Env)) : run(made);
    };
    return new ResourceMessages(message, start, hold && (() => hold.release()));
  };
}

/** What a call has made for its handler, until it is over. A class because there is one for each call. */
class Hold<Env> {
  readonly #onEnd: (env: Env) => void;
  #kept: { readonly env: Env } | undefined;
  #isOver = false;

  constructor(onEnd: (env: Env) => void) {
    this.#onEnd = onEnd;
  }

  /** Throws when the call is over already, so that the handler is not called. */
  keep(env: Env): void {
    this.#kept = { env };
    if (!this.#isOver) return;
    this.release();
    throw new Error("the call was over before its handler could begin");
  }

  release(): void {
    this.#isOver = true;
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept !== undefined) this.#onEnd(kept.env);
  }
}

function contextOnly(message: CallResourceRequest, call: HandlerContext): unknown {
  return { context: readRequestContext("callResource", message, call) };
}
