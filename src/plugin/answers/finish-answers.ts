import type { HandlerContext } from "@connectrpc/connect";
import { isThenable } from "../../handlers/is-thenable.ts";
import type { ImplementedService } from "../../transport/socket-transport.ts";
import { rpcName } from "../rpc-name.ts";
import { createResourceCheck } from "./create-resource-check.ts";
import { kindOf } from "./kind-of.ts";
import { mapMessages } from "./map-messages.ts";
import { type LogTo, reportDefect, reportDefects } from "./report-defects.ts";

type AnyHandler = (request: unknown, context: HandlerContext) => unknown;
type Finish = (handler: AnyHandler, log: LogTo) => AnyHandler;

/**
 * Wraps the handlers of a service so that their answers are as hosts need them: see {@link createResourceCheck}, and
 * {@link reportDefects} for what is only logged. Other methods stay unchanged. Methods are matched by name, so it works
 * for any major with such a service.
 */
export function finishAnswers(served: ImplementedService, log: LogTo): ImplementedService {
  const { service, implementation } = served;
  if (!service.methods.some((method) => finishers.has(rpcName(method)))) return served;
  // The implementation is not copied, because it may be an instance of a class: its methods keep their `this`.
  const methods = service.methods.flatMap((method) => {
    const handler = implementation[method.localName];
    if (typeof handler !== "function") return [];
    const bound: AnyHandler = handler.bind(implementation);
    return [[method.localName, finishers.get(rpcName(method))?.(bound, log) ?? bound] as const];
  });
  return { service, implementation: Object.fromEntries(methods) };
}

const finishers: ReadonlyMap<string, Finish> = new Map<string, Finish>([
  ["pluginv2.Data/QueryData", finishQueryData],
  ["pluginv2.Data/QueryChunkedData", finishQueryChunkedData],
  ["pluginv2.Resource/CallResource", finishCallResource],
]);

function finishQueryData(handler: AnyHandler, log: LogTo): AnyHandler {
  return (request, context) => {
    const finish = (answer: unknown): unknown => {
      // As in the Go SDK: an empty answer would look like success.
      if (typeof answer !== "object" || answer === null) {
        throw new TypeError(`queryData: expected an answer, got ${kindOf(answer)}`);
      }
      reportDefects(answer, request, context, log);
      return answer;
    };
    const answer = handler(request, context);
    // A promise of its own: `then` of another object may return nothing.
    return isThenable(answer) ? Promise.resolve(answer).then(finish) : finish(answer);
  };
}

function finishQueryChunkedData(handler: AnyHandler, log: LogTo): AnyHandler {
  return (request, context) => {
    const chunks = toMessages("queryChunkedData", handler(request, context));
    return mapMessages(chunks, (chunk) => {
      const { refId = "" } = (chunk ?? {}) as { readonly refId?: string };
      reportDefect(refId, chunk, request, context, log);
      return chunk;
    });
  };
}

function finishCallResource(handler: AnyHandler): AnyHandler {
  return (request, context) => {
    const messages = toMessages("callResource", handler(request, context));
    const { map, onEnd } = createResourceCheck();
    return mapMessages(messages, map, onEnd);
  };
}

/**
 * @throws TypeError if a handler returns something other than an async generator, such as one without the asterisk
 */
function toMessages(name: string, given: unknown): AsyncIterable<unknown> {
  if (typeof given === "object" && given !== null && Symbol.asyncIterator in given) {
    return given as AsyncIterable<unknown>;
  }
  // The promise is not awaited, and an unhandled rejection would end the process.
  if (isThenable(given)) given.then(undefined, () => {});
  const got = isThenable(given) ? "a promise" : kindOf(given);
  throw new TypeError(`${name}: expected an async iterable of messages, as of "async *${name}", got ${got}`);
}
