import { setTimeout as delay } from "node:timers/promises";
import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import { type CallOptions, type Client, ConnectError } from "@connectrpc/connect";
import { createWritableIterable } from "@connectrpc/connect/protocol";
import {
  type ClientCompatRequest,
  type ClientResponseResult,
  ClientResponseResultSchema,
} from "../gen/connectrpc/conformance/v1/client_compat_pb.js";
import { StreamType } from "../gen/connectrpc/conformance/v1/config_pb.js";
import {
  BidiStreamRequestSchema,
  ClientStreamRequestSchema,
  type ConformancePayload,
  ConformancePayloadSchema,
  type ConformanceService,
  type ErrorSchema,
  IdempotentUnaryRequestSchema,
  ServerStreamRequestSchema,
  UnaryRequestSchema,
  UnimplementedRequestSchema,
} from "../gen/connectrpc/conformance/v1/service_pb.js";
import { appendTo, toProto } from "./headers.ts";

type ConformanceClient = Client<typeof ConformanceService>;

/** Makes the call that a case describes and says what came of it. */
export async function runCase(
  client: ConformanceClient,
  request: ClientCompatRequest,
): Promise<ClientResponseResult> {
  const result = create(ClientResponseResultSchema);
  const controller = new AbortController();
  const headers = new Headers();
  appendTo(headers, request.requestHeaders);
  const options: CallOptions = {
    headers,
    signal: controller.signal,
    onHeader: (seen) => {
      result.responseHeaders = create(ClientResponseResultSchema, {
        responseHeaders: toProto(seen),
      }).responseHeaders;
    },
    onTrailer: (seen) => {
      result.responseTrailers = create(ClientResponseResultSchema, {
        responseTrailers: toProto(seen),
      }).responseTrailers;
    },
    ...(request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs }),
  };
  try {
    await call(client, request, options, controller, result);
  } catch (reason) {
    const error = ConnectError.from(reason);
    const seen = create(ClientResponseResultSchema, {
      error: toProtoError(error),
      responseTrailers: toProto(error.metadata),
    });
    if (seen.error !== undefined) result.error = seen.error;
    // Where the status came alone, all metadata came with it.
    if (result.responseTrailers.length === 0) result.responseTrailers = seen.responseTrailers;
    if (result.responseHeaders.length === 0) result.responseHeaders = seen.responseTrailers;
  }
  return result;
}

async function call(
  client: ConformanceClient,
  request: ClientCompatRequest,
  options: CallOptions,
  controller: AbortController,
  result: ClientResponseResult,
): Promise<void> {
  const messages = request.requestMessages;
  const timing = request.cancel?.cancelTiming;
  const afterClose =
    request.cancel !== undefined && (timing?.case === "afterCloseSendMs" || timing?.case === undefined)
      ? (timing?.value ?? 0)
      : undefined;
  const afterResponses = timing?.case === "afterNumResponses" ? timing.value : undefined;
  const cancelLater = (): void => {
    if (afterClose !== undefined) setTimeout(() => controller.abort(), afterClose);
  };
  const receive = ({ payload }: { readonly payload?: ConformancePayload | undefined }): void => {
    result.payloads.push(payload ?? create(ConformancePayloadSchema));
    if (result.payloads.length === afterResponses) controller.abort();
  };
  const one = <Desc extends DescMessage>(desc: Desc): MessageShape<Desc> => unpack(desc, messages[0]);

  switch (request.streamType) {
    case StreamType.UNARY: {
      await delay(request.requestDelayMs);
      cancelLater();
      if (request.method === "Unimplemented") {
        await client.unimplemented(one(UnimplementedRequestSchema), options);
        return;
      }
      receive(
        request.method === "IdempotentUnary"
          ? await client.idempotentUnary(one(IdempotentUnaryRequestSchema), options)
          : await client.unary(one(UnaryRequestSchema), options),
      );
      return;
    }
    case StreamType.SERVER_STREAM: {
      await delay(request.requestDelayMs);
      const answers = client.serverStream(one(ServerStreamRequestSchema), options);
      cancelLater();
      for await (const answer of answers) receive(answer);
      return;
    }
    case StreamType.CLIENT_STREAM: {
      const input = async function* (): AsyncGenerator<MessageInitShape<typeof ClientStreamRequestSchema>> {
        for (const message of messages) {
          await delay(request.requestDelayMs);
          yield unpack(ClientStreamRequestSchema, message);
        }
        if (timing?.case === "beforeCloseSend") {
          controller.abort();
          // The end of the request would follow otherwise.
          await new Promise(() => {});
        }
        cancelLater();
      };
      receive(await client.clientStream(input(), options));
      return;
    }
    case StreamType.HALF_DUPLEX_BIDI_STREAM:
    case StreamType.FULL_DUPLEX_BIDI_STREAM: {
      const isFull = request.streamType === StreamType.FULL_DUPLEX_BIDI_STREAM;
      const input = createWritableIterable<MessageInitShape<typeof BidiStreamRequestSchema>>();
      const answers = client.bidiStream(input, options)[Symbol.asyncIterator]();
      let unsent = messages.length;
      const read = async (): Promise<boolean> => {
        const { done, value } = await answers.next();
        if (!done) receive(value);
        return !done;
      };
      let hasMore = true;
      try {
        // The call begins with the first look at its answer.
        let pending = isFull ? undefined : read();
        pending?.catch(() => {});
        for (const message of messages) {
          await delay(request.requestDelayMs);
          const written = input.write(unpack(BidiStreamRequestSchema, message));
          // It rejects when the call ends before; what the call says is what counts.
          written.catch(() => {});
          if (isFull) hasMore = await read();
          await written;
          unsent--;
        }
        if (timing?.case === "beforeCloseSend") controller.abort();
        else {
          input.close();
          cancelLater();
        }
        if (pending !== undefined) hasMore = await pending;
        pending = undefined;
        while (hasMore) hasMore = await read();
      } catch (reason) {
        result.numUnsentRequests = unsent;
        throw reason;
      }
      return;
    }
    default:
      throw new Error(`unknown stream type ${request.streamType}`);
  }
}

function unpack<Desc extends DescMessage>(desc: Desc, any: Any | undefined): MessageShape<Desc> {
  return fromBinary(desc, any?.value ?? new Uint8Array());
}

function toProtoError(error: ConnectError): MessageInitShape<typeof ErrorSchema> {
  return {
    code: error.code as number,
    message: error.rawMessage,
    details: error.details.flatMap((detail) =>
      "desc" in detail ? [] : [{ typeUrl: `type.googleapis.com/${detail.type}`, value: detail.value }],
    ),
  };
}
