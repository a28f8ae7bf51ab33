import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type UnaryResponse } from "@connectrpc/connect";
import { type CallOptions, ClientCall, type ClientState } from "./client-call.ts";
import type { Decode } from "./decode/message-decoder.ts";
import type { MessageWriter } from "./message-writer.ts";
import { toHeaders } from "./metadata.ts";

/** What a unary call needs beside what all calls need. */
export interface SendState extends ClientState {
  readonly writer: MessageWriter;
  readonly decode: Decode;
  readonly isCompressed: boolean;
}

/** Runs a unary call: one message each way. */
export function callUnary<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  options: CallOptions,
  state: SendState,
  input: MessageInitShape<I>,
): Promise<UnaryResponse<I, O>> {
  return new Promise((resolve, reject) => {
    let answer: Uint8Array | undefined;
    let answers = 0;
    const call = new ClientCall(options, state, {
      heldBytes: () => 0,
      onHeaders: () => {},
      onDrain: () => {},
      onMessage: (message) => {
        answers++;
        answer = message;
        if (answers > 1)
          throw new ConnectError(`${method.name} gave more than one message`, Code.Unimplemented);
      },
      onEnd: (error) => {
        if (error !== undefined) reject(error);
        else if (answer === undefined) {
          reject(new ConnectError(`${method.name} gave no message`, Code.Unimplemented));
        } else {
          try {
            resolve(responseOf(method, call, decodeAnswer(state.decode, method.output, answer)));
          } catch (reason) {
            reject(reason);
          }
        }
      },
    });
    if (!call.begin()) return;
    try {
      state.writer.write(undefined, method.input, input, state.isCompressed);
    } catch (reason) {
      call.cancel(ConnectError.from(reason));
      return;
    }
    const chunks = state.writer.take();
    call.start((stream) => stream.sendData(chunks, true));
  });
}

/** @throws ConnectError INTERNAL */
export function decodeAnswer<O extends DescMessage>(
  decode: Decode,
  desc: O,
  bytes: Uint8Array,
): MessageShape<O> {
  try {
    return decode(desc, bytes);
  } catch (cause) {
    const message = `the answer is no ${desc.typeName}`;
    throw new ConnectError(message, Code.Internal, undefined, undefined, cause);
  }
}

function responseOf<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  call: ClientCall,
  message: MessageShape<O>,
): UnaryResponse<I, O> {
  let header: Headers | undefined;
  let trailer: Headers | undefined;
  return {
    stream: false,
    service: method.parent,
    method,
    message,
    get header() {
      header ??= toHeaders(call.headerFields ?? []);
      return header;
    },
    get trailer() {
      trailer ??= toHeaders(call.trailerFields);
      return trailer;
    },
  };
}
