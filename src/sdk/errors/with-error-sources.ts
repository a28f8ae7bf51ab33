import { defectOf } from "../../handlers/defect.ts";
import { errorSourceOf } from "../../handlers/error-source.ts";
import { isThenable } from "../../handlers/is-thenable.ts";
import type { PluginImpl } from "../../protocol.ts";
import type { V2 } from "../../v2/v2.ts";
import { isDownstream } from "./classify-error.ts";
import { downstream } from "./mark-error.ts";
import { statusOfError } from "./status-of-error.ts";

type Handler = (request: unknown, context: unknown) => unknown;

/**
 * Gives the errors of all handlers their source: `implement(v2, withErrorSources({ data: … }))`. What a handler throws is
 * marked `downstream` if {@link isDownstream} says so, and the source travels in the details of the status, where hosts
 * read it. Failed queries of `queryData` and `queryChunkedData` get source and status the same way.
 *
 * Errors of the plugin itself are not marked: hosts take those without a source as the plugin's, and the plugin logs
 * them as defects.
 */
export function withErrorSources<const Impl extends PluginImpl<V2>>(impl: Impl): Impl {
  const services = Object.entries(impl).map(
    ([key, service]) => [key, service && ofService(service)] as const,
  );
  // The same keys and the same handlers, which the types of the entries do not tell.
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

function ofHandler(handler: Handler, finish: (answer: unknown) => unknown): Handler {
  return (request, context) => {
    try {
      const answer = handler(request, context);
      if (isThenable(answer)) return answer.then(finish, rethrow);
      return isStream(answer) ? ofStream(answer, finish) : finish(answer);
    } catch (reason) {
      return rethrow(reason);
    }
  };
}

/** Not a generator, which would cost promises for each message, and waits with `return` for a pending message. */
function ofStream(
  messages: AsyncIterable<unknown>,
  finish: (message: unknown) => unknown,
): AsyncIterable<unknown> {
  const onResult = (result: IteratorResult<unknown>): IteratorResult<unknown> =>
    result.done === true ? result : { done: false, value: finish(result.value) };
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = messages[Symbol.asyncIterator]();
      return {
        next: () => iterator.next().then(onResult, rethrow),
        return: async (value?: unknown) => (await iterator.return?.(value)) ?? { done: true, value },
      };
    },
  };
}

function rethrow(reason: unknown): never {
  throw errorSourceOf(reason) !== "downstream" && isDownstream(reason) ? downstream(reason) : reason;
}

interface Outcome {
  readonly error?: string | undefined;
  readonly errorSource?: string | undefined;
  readonly status?: number | undefined;
}

const asItIs = (answer: unknown): unknown => answer;

const finishers: ReadonlyMap<string, (answer: unknown) => unknown> = new Map([
  ["queryData", finishQueryData],
  ["queryChunkedData", finishOutcome],
]);

function finishQueryData(answer: unknown): unknown {
  const { responses } = (answer ?? {}) as { readonly responses?: Readonly<Record<string, unknown>> };
  if (typeof responses !== "object" || responses === null) return answer;
  let changed: Record<string, unknown> | undefined;
  for (const refId in responses) {
    const outcome = responses[refId];
    const finished = finishOutcome(outcome);
    if (finished === outcome) continue;
    changed ??= { ...responses };
    changed[refId] = finished;
  }
  return changed === undefined ? answer : { ...(answer as object), responses: changed };
}

/** A copy of an outcome has no mark of a defect: what is downstream is not the plugin's defect. */
function finishOutcome(answer: unknown): unknown {
  const outcome = (answer ?? {}) as Outcome;
  if (outcome.error === undefined || outcome.error === "") return answer;
  const defect = defectOf(answer);
  if (defect !== undefined && isDownstream(defect.reason)) {
    return { ...outcome, errorSource: "downstream", status: statusOfError(defect.reason) };
  }
  if (isSource(outcome.errorSource) && isStatus(outcome.status)) return answer;
  const finished = {
    ...outcome,
    errorSource: isSource(outcome.errorSource) ? outcome.errorSource : "plugin",
    status: isStatus(outcome.status) ? outcome.status : 500,
  };
  return defect === undefined ? finished : answer;
}

function isSource(source: string | undefined): boolean {
  return source === "plugin" || source === "downstream";
}

function isStatus(status: number | undefined): boolean {
  return status !== undefined && status >= 100 && status <= 599;
}

function isStream(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer;
}
