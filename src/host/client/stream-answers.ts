import type { DescMessage, DescMethodStreaming, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { CallOptions, StreamResponse, Transport } from "@connectrpc/connect";

/**
 * Makes a call that answers with a stream. Unlike Connect's client, leaving the loop over the answers cancels the call,
 * and a message costs one promise: Connect's streams have no `return`, and pass each message through two generators.
 */
export function streamAnswers<I extends DescMessage, O extends DescMessage>(
  transport: Transport,
  method: DescMethodStreaming<I, O>,
  input: AsyncIterable<MessageInitShape<I>>,
  options: CallOptions = {},
): AsyncIterable<MessageShape<O>> {
  const controller = new AbortController();
  const { signal, timeoutMs, headers, contextValues, onHeader, onTrailer } = options;
  const onAbort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  const forget = (): void => signal?.removeEventListener("abort", onAbort);

  let response: StreamResponse<I, O> | undefined;
  let messages: AsyncIterator<MessageShape<O>> | undefined;
  const coming = transport.stream(method, controller.signal, timeoutMs, headers, input, contextValues);
  // If the stream is never iterated, its failure must not become an unhandled rejection.
  coming.catch(forget);
  const begin = async (): Promise<AsyncIterator<MessageShape<O>>> => {
    response = await coming;
    onHeader?.(response.header);
    messages = response.message[Symbol.asyncIterator]();
    return messages;
  };
  let begun: Promise<AsyncIterator<MessageShape<O>>> | undefined;
  const takeFirst = async (): Promise<IteratorResult<MessageShape<O>>> => {
    begun ??= begin();
    return (await begun).next();
  };
  const onResult = (result: IteratorResult<MessageShape<O>>): IteratorResult<MessageShape<O>> => {
    if (result.done !== true) return result;
    forget();
    if (response !== undefined) onTrailer?.(response.trailer);
    return result;
  };
  const onFailure = (reason: unknown): never => {
    forget();
    // Also after an exception of `onHeader`: the caller does not read on.
    controller.abort();
    throw reason;
  };
  const iterator: AsyncIterator<MessageShape<O>> = {
    next: () => (messages === undefined ? takeFirst() : messages.next()).then(onResult, onFailure),
    return: async (value?: unknown) => {
      forget();
      controller.abort();
      return { done: true, value };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
