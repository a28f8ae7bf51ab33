import { defectOf, markDefect } from "../../handlers/defect.ts";
import { declaredSource, errorSourceOf } from "../../handlers/error-source.ts";
import { hideSecretValues, secretsOfRequest } from "../../handlers/hide-secret-values.ts";
import { isThenable } from "../../handlers/is-thenable.ts";
import type { PluginImpl } from "../../protocol.ts";
import { isHttpStatus, toHttpStatus } from "../../v2/responses/http-status.ts";
import type { V2 } from "../../v2/v2.ts";
import { isDownstream } from "./classify-error.ts";
import { errorWithoutSecrets } from "./error-without-secrets.ts";
import { httpStatusOf } from "./http-status-of.ts";
import { downstream } from "./mark-error.ts";

type Handler = (request: unknown, context: unknown) => unknown;
type Finish = (answer: unknown, request: unknown) => unknown;

/**
 * Gives the errors of all handlers their source: `implement(v2, withErrorSources({ data: … }))`. What a handler throws is
 * marked `downstream` if {@link isDownstream} says so, and the source travels in the details of the status, where hosts
 * read it. Failed queries of `queryData` and `queryChunkedData` get source and status the same way.
 *
 * Errors of the plugin itself are not marked: hosts take those without a source as the plugin's, and the plugin logs
 * them as defects.
 *
 * Where the text of an error quotes a secret that came with the call, it has `[secret]` instead: hosts show it to users.
 */
export function withErrorSources<const Impl extends PluginImpl<V2>>(impl: Impl): Impl {
  const services = Object.entries(impl).map(
    ([key, service]) => [key, service && ofService(service)] as const,
  );
  // The same keys and the same handlers, which the type of `Object.fromEntries` does not express.
  return Object.fromEntries(services) as unknown as Impl;
}

function ofService(service: object): object {
  const handlers = service as Readonly<Record<string, unknown>>;
  const methods = methodNames(service).map((name) => {
    const handler = handlers[name];
    if (typeof handler !== "function") return [name, handler] as const;
    return [name, ofHandler(handler.bind(service) as Handler, finishers.get(name) ?? asItIs)] as const;
  });
  return Object.fromEntries(methods);
}

/** Of an object literal, and of an instance of a class. */
function methodNames(service: object): readonly string[] {
  const names = new Set<string>();
  for (let each: object | null = service; each !== null && each !== Object.prototype; ) {
    for (const name of Object.getOwnPropertyNames(each)) if (name !== "constructor") names.add(name);
    each = Object.getPrototypeOf(each) as object | null;
  }
  return [...names];
}

function ofHandler(handler: Handler, finish: Finish): Handler {
  return (request, context) => {
    const fail = (reason: unknown): never => rethrow(reason, request);
    try {
      const answer = handler(request, context);
      // A promise of its own: `then` of another object may return nothing.
      if (isThenable(answer)) {
        return Promise.resolve(answer).then((late) => finish(late, request), fail);
      }
      return isStream(answer) ? ofStream(answer, finish, request) : finish(answer, request);
    } catch (reason) {
      return fail(reason);
    }
  };
}

/** Not a generator, which would cost promises for each message, and waits with `return` for a pending message. */
function ofStream(
  messages: AsyncIterable<unknown>,
  finish: Finish,
  request: unknown,
): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]: () => new FinishedMessages(messages[Symbol.asyncIterator](), finish, request),
  };
}

/** A class because there is one for each call. */
class FinishedMessages implements AsyncIterator<unknown> {
  readonly #messages: AsyncIterator<unknown>;
  readonly #finish: Finish;
  readonly #request: unknown;

  constructor(messages: AsyncIterator<unknown>, finish: Finish, request: unknown) {
    this.#messages = messages;
    this.#finish = finish;
    this.#request = request;
  }

  next(): Promise<IteratorResult<unknown>> {
    const onReason = (reason: unknown): never => rethrow(reason, this.#request);
    const next = this.#messages.next();
    if (this.#finish === asItIs) return next.then(undefined, onReason);
    return next.then((result) => this.#finished(result), onReason);
  }

  #finished(result: IteratorResult<unknown>): IteratorResult<unknown> {
    return result.done === true ? result : { done: false, value: this.#finish(result.value, this.#request) };
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    return (await this.#messages.return?.(value)) ?? { done: true, value };
  }
}

function rethrow(reason: unknown, request: unknown): never {
  const marked = errorSourceOf(reason) !== "downstream" && isDownstream(reason) ? downstream(reason) : reason;
  throw errorWithoutSecrets(marked, request);
}

interface Outcome {
  readonly error?: string | undefined;
  readonly errorSource?: string | undefined;
  readonly status?: number | undefined;
}

const asItIs: Finish = (answer) => answer;

const finishers: ReadonlyMap<string, Finish> = new Map([
  ["queryData", finishQueryData],
  ["queryChunkedData", finishOutcome],
]);

function finishQueryData(answer: unknown, request: unknown): unknown {
  const { responses } = (answer ?? {}) as { readonly responses?: Readonly<Record<string, unknown>> };
  if (typeof responses !== "object" || responses === null) return answer;
  let changed: Record<string, unknown> | undefined;
  for (const refId in responses) {
    const outcome = responses[refId];
    const finished = finishOutcome(outcome, request);
    if (finished === outcome) continue;
    changed ??= { ...responses };
    changed[refId] = finished;
  }
  return changed === undefined ? answer : { ...(answer as object), responses: changed };
}

/** A copy of an outcome has no mark of a defect: what is downstream is not the plugin's defect. */
function finishOutcome(answer: unknown, request: unknown): unknown {
  const given = (answer ?? {}) as Outcome;
  if (given.error === undefined || given.error === "") return answer;
  const defect = defectOf(answer);
  const error = hideSecretValues(given.error, secretsOfRequest(request));
  const outcome = { ...given, error };
  if (defect !== undefined && isDownstream(defect.reason)) {
    return { ...outcome, errorSource: "downstream", status: httpStatusOf(defect.reason) };
  }
  if (defect !== undefined) return error === given.error ? answer : markDefect(outcome, defect.reason);
  const source = declaredSource(given);
  if (source !== undefined && isHttpStatus(given.status)) {
    return error === given.error ? answer : outcome;
  }
  return {
    ...outcome,
    errorSource: source ?? "plugin",
    status: toHttpStatus(given.status),
  };
}

function isStream(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer;
}
