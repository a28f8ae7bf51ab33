import { isPromise } from "node:util/types";
import type { DescMessage, DescMethodStreaming, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { Code, type ConnectError, type StreamResponse } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";
import type { Http2Stream } from "../http2/http2-stream.ts";
import { toConnectError } from "../thrown.ts";
import { type AnswerListener, type CallOptions, ClientCall } from "./client-call.ts";
import { createMessageQueue, type MessageQueue } from "./message-queue.ts";
import { toHeaders } from "./metadata.ts";
import { isObject } from "./routes.ts";
import { createSendBatch, type SendBatch } from "./send-batch.ts";
import { openAnswer, type SendState } from "./unary-call.ts";

/** Runs a call with a stream in either direction. Resolves with the answer's headers. */
export function callStream<I extends DescMessage, O extends DescMessage>(
  method: DescMethodStreaming<I, O>,
  options: CallOptions,
  state: SendState,
  input: AsyncIterable<MessageInitShape<I>>,
): Promise<StreamResponse<I, O>> {
  return new Promise((resolve, reject) => {
    let batch: SendBatch | undefined;
    let sending: AsyncIterator<MessageInitShape<I>> | undefined;
    let madeHeader: Headers | undefined;
    let madeTrailer: Headers | undefined;
    let hasLeft = false;
    const taker = {
      get abortReason() {
        return call.abortReason;
      },
      holdApart: (bytes: number) => call.holdApart(bytes),
      isWanted: () => !hasLeft && call.isWanted(),
    };
    const messages: MessageQueue<MessageShape<O>> = createMessageQueue(
      (message) => {
        const fail = (reason: unknown): never => {
          call.cancel(toConnectError(reason, Code.Internal));
          throw reason;
        };
        try {
          const opened = openAnswer(state.decode, method.output, message, taker);
          return isPromise(opened) ? opened.catch(fail) : opened;
        } catch (reason) {
          return fail(reason);
        }
      },
      {
        // After a cancel the reader gets no more messages, even if some have arrived.
        beforeTake: () => {
          if (options.signal?.aborted) throw toConnectError(options.signal.reason, Code.Canceled);
        },
        onTaken: () => call.onTaken(),
        onLeft: () => {
          hasLeft = true;
          call.cancel(rpcError("the caller has left the answer", Code.Canceled));
        },
      },
    );
    const settle = (): void => {
      const response: StreamResponse<I, O> = {
        stream: true,
        service: method.parent,
        method,
        message: messages,
        get header() {
          madeHeader ??= toHeaders(call.headerFields ?? []);
          return madeHeader;
        },
        get trailer() {
          madeTrailer ??= toHeaders(call.trailerFields);
          return madeTrailer;
        },
      };
      resolve(response);
    };
    const answer: AnswerListener = {
      onMessage: (message) => messages.push(message),
      onEnd: (error) => {
        // If `trailer` was read early, fill the object that was handed out.
        if (madeTrailer !== undefined) {
          for (const [name, value] of toHeaders(call.trailerFields)) madeTrailer.append(name, value);
        }
        if (error === undefined) {
          messages.end();
          settle();
        } else {
          messages.fail(error);
          reject(error);
        }
        batch?.onDrain();
        leave(sending, error);
      },
    };
    const call = new ClientCall(options, state, answer, {
      heldBytes: () => messages.heldBytes,
      onOpen: (stream) => {
        send(stream).catch((reason: unknown) => call.cancel(toConnectError(reason)));
      },
      onHeaders: settle,
      onDrain: () => batch?.onDrain(),
    });
    const send = async (stream: Http2Stream): Promise<void> => {
      batch = createSendBatch(stream, state.writer, method.input, state.isCompressed);
      const iterator = input[Symbol.asyncIterator]();
      sending = iterator;
      for (;;) {
        const { done, value } = await iterator.next();
        if (call.isOver) return;
        if (done) break;
        batch.send(isObject(value) ? value : {});
        const drained = batch.drained();
        if (drained !== undefined) await drained;
        if (call.isOver) return;
      }
      sending = undefined;
      batch.flush();
      stream.sendData([], true);
    };
    if (!call.begin()) return;
    call.start([], false);
  });
}

/**
 * Lets the request's iterable clean up; an error is thrown into it, so that its producer ends too. The
 * iterable belongs to the caller: its methods may throw, or return something that is not a promise.
 */
function leave(iterator: AsyncIterator<unknown> | undefined, error: ConnectError | undefined): void {
  if (iterator === undefined) return;
  const ignore = (): void => {};
  if (error !== undefined) (async () => iterator.throw?.(error))().catch(ignore);
  (async () => iterator.return?.())().catch(ignore);
}
