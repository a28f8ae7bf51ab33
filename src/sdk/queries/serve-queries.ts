import type {
  DataQuery,
  QueryChunkedDataRequest,
  QueryDataRequest,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { isThenable } from "../../handlers/is-thenable.ts";
import type { Logger } from "../../plugin/create-logger.ts";
import type { PluginImpl } from "../../protocol.ts";
import { answerQueriesInChunks } from "../../v2/responses/answer-in-chunks.ts";
import { answerQueries } from "../../v2/responses/answer-queries.ts";
import type { Rows } from "../../v2/responses/check-frames.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import type { V2 } from "../../v2/v2.ts";
import { wholeNumberOption } from "../../whole-number-option.ts";
import { type CallSource, type OpenCall, plainCalls, runAndEnd } from "../call/call-source.ts";
import type { HandlerCall } from "../call/handler-call.ts";
import type { RequestContext } from "../context/request-context.ts";
import { collectFrames, rowsOfAnswer } from "./collect-frames.ts";
import { compileRoutes, type QueryRoutes } from "./query-routes.ts";

/** Options of `serveQueries`. */
export interface QueryOptions<Instance, Settings> {
  /** Where handlers get their instance, such as `createInstances({ … })`. Default: they get none. */
  readonly instances?: CallSource<Instance, Settings> | undefined;
  /**
   * Queries of a call that are answered at the same time. Default: what the host says with each call
   * (`GF_CONCURRENT_QUERY_COUNT`), else 10 as in the Go SDK.
   */
  readonly concurrency?: number | undefined;
}

/** The handlers of the service `data`. */
export type QueryHandlers = Required<NonNullable<PluginImpl<V2>["data"]>>;

const defaultConcurrency = 10;

/**
 * Answers `queryData` and `queryChunkedData` by one table of routes: each query by the route of its type, on its own, as
 * many at a time as the host allows, in the format that it asks for. `queryData` collects rows that arrive one after the
 * other; `queryChunkedData` sends them as they come.
 *
 * If the instance cannot be created, each query fails with the reason. Hosts hide the text of a call that fails.
 *
 * @throws PluginError `invalid_option`
 */
export function serveQueries<Models, Instance = undefined, Settings = undefined>(
  routes: QueryRoutes<Models, Instance, Settings>,
  options: QueryOptions<Instance, Settings> = {},
): QueryHandlers {
  const run = compileRoutes(routes as Readonly<Record<string, unknown>>);
  const source = (options.instances ?? plainCalls) as CallSource<unknown, unknown>;
  const fixed =
    options.concurrency === undefined ? undefined : wholeNumberOption("concurrency", options.concurrency);
  const concurrencyFor = (request: QueryDataRequest | QueryChunkedDataRequest): number =>
    request.queries.length < 2 ? 1 : (fixed ?? readConcurrency(request.pluginContext?.grafanaConfig));
  return {
    queryData(request, context) {
      const answerAll = (call: Begun) =>
        answerQueries(
          request,
          (query) => {
            const answer = run(query, callOf(call, query));
            return isThenable(answer)
              ? Promise.resolve(answer).then((late) => collectFrames(query.refId, late, call))
              : collectFrames(query.refId, answer, call);
          },
          new OptionsOfCall(call, concurrencyFor(request)),
        );
      const begun = beginOrFail(source, request, context);
      // The answer of queries is a promise, so the result is one too.
      return (
        isThenable(begun) ? begun.then((call) => runAndEnd(call, answerAll)) : runAndEnd(begun, answerAll)
      ) as ReturnType<typeof answerAll>;
    },
    async *queryChunkedData(request, context) {
      const begun = beginOrFail(source, request, context);
      const call = isThenable(begun) ? await begun : begun;
      try {
        const options = new OptionsOfCall(call, concurrencyFor(request));
        yield* answerQueriesInChunks(
          request,
          async (query) => rowsOfAnswer(await run(query, callOf(call, query))) as Rows,
          options,
        );
      } finally {
        call.end();
      }
    },
  };
}

type Begun = OpenCall<unknown, unknown> | FailedCall;

/** A call whose instance could not be created is answered too: each of its queries fails. */
function beginOrFail(
  source: CallSource<unknown, unknown>,
  request: QueryDataRequest | QueryChunkedDataRequest,
  context: Parameters<CallSource<unknown, unknown>["begin"]>[1],
): Begun | Promise<Begun> {
  const fail = (reason: unknown): FailedCall => {
    if (reason instanceof QueryError) return new FailedCall(reason, context);
    throw reason;
  };
  try {
    const begun = source.begin(request, context);
    return isThenable(begun) ? Promise.resolve(begun).catch(fail) : begun;
  } catch (reason) {
    return fail(reason);
  }
}

/** In place of a call that has no instance. */
class FailedCall {
  readonly reason: QueryError;
  readonly #context: { readonly signal: AbortSignal };

  constructor(reason: QueryError, context: { readonly signal: AbortSignal }) {
    this.reason = reason;
    this.#context = context;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }

  end(): void {}
}

/** The call as a query sees it, with its refId in the log. @throws QueryError if the call has no instance */
function callOf(call: Begun, { refId }: DataQuery): HandlerCall<unknown, unknown> {
  if (call instanceof FailedCall) throw call.reason;
  return new QueryCall(call, refId);
}

class QueryCall implements HandlerCall<unknown, unknown> {
  readonly instance: unknown;
  readonly settings: unknown;
  readonly context: RequestContext;
  readonly #refId: string;

  constructor({ instance, settings, context }: HandlerCall<unknown, unknown>, refId: string) {
    this.instance = instance;
    this.settings = settings;
    this.context = context;
    this.#refId = refId;
  }

  get signal(): AbortSignal {
    return this.context.signal;
  }

  get log(): Logger {
    return this.context.log.with({ refId: this.#refId });
  }
}

/** Options whose signal is read from the call when it is needed: making it costs more than the rest of a small call. */
class OptionsOfCall {
  readonly concurrency: number;
  readonly #call: { readonly signal: AbortSignal };

  constructor(call: { readonly signal: AbortSignal }, concurrency: number) {
    this.#call = call;
    this.concurrency = concurrency;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }
}

/** Only this value: reading the whole configuration costs more than a small call. */
function readConcurrency(config: Readonly<Record<string, string>> | undefined): number {
  const count = Number(config?.["GF_CONCURRENT_QUERY_COUNT"] || defaultConcurrency);
  return Number.isInteger(count) && count > 0 ? count : defaultConcurrency;
}
