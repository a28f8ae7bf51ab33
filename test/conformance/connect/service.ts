import { setTimeout as delay } from "node:timers/promises";
import { create, type DescMessage, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import { type Any, AnySchema, anyPack } from "@bufbuild/protobuf/wkt";
import { ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import {
  type BidiStreamRequest,
  BidiStreamRequestSchema,
  ClientStreamRequestSchema,
  type ConformancePayload_RequestInfo,
  ConformancePayload_RequestInfoSchema,
  type ConformancePayloadSchema,
  type ConformanceService,
  type Error as ErrorDefinition,
  IdempotentUnaryRequestSchema,
  ServerStreamRequestSchema,
  type StreamResponseDefinition,
  UnaryRequestSchema,
  type UnaryResponseDefinition,
} from "../gen/connectrpc/conformance/v1/service_pb.js";
import { appendTo, toProto } from "./headers.ts";

/** The service of the suite: it answers as the request says. */
export const conformanceService: Omit<ServiceImpl<typeof ConformanceService>, "unimplemented"> = {
  unary: async (request, context) => ({
    payload: await answer(request.responseDefinition, [pack(UnaryRequestSchema, request)], context),
  }),
  idempotentUnary: async (request, context) => ({
    payload: await answer(request.responseDefinition, [pack(IdempotentUnaryRequestSchema, request)], context),
  }),
  async clientStream(requests, context) {
    let definition: UnaryResponseDefinition | undefined;
    const received: Any[] = [];
    for await (const request of requests) {
      if (received.length === 0) definition = request.responseDefinition;
      received.push(pack(ClientStreamRequestSchema, request));
    }
    return { payload: await answer(definition, received, context) };
  },
  async *serverStream(request, context) {
    const received = [pack(ServerStreamRequestSchema, request)];
    yield* stream(request.responseDefinition, received, context);
  },
  async *bidiStream(requests, context) {
    let first: BidiStreamRequest | undefined;
    let received: Any[] = [];
    let sent = 0;
    for await (const request of requests) {
      if (first === undefined) setMetadata(request.responseDefinition, context);
      first ??= request;
      received.push(pack(BidiStreamRequestSchema, request));
      if (!first.fullDuplex) continue;
      const definition = first.responseDefinition;
      const data = definition?.responseData[sent];
      if (definition === undefined || data === undefined) break;
      await delay(definition.responseDelayMs);
      const requestInfo =
        sent === 0
          ? infoOf(received, context)
          : create(ConformancePayload_RequestInfoSchema, { requests: received });
      yield { payload: { data, requestInfo } };
      sent++;
      received = [];
    }
    yield* stream(first?.responseDefinition, received, context, sent);
  },
};

type Payload = MessageInitShape<typeof ConformancePayloadSchema>;

async function answer(
  definition: UnaryResponseDefinition | undefined,
  requests: Any[],
  context: HandlerContext,
): Promise<Payload> {
  setMetadata(definition, context);
  await delay(definition?.responseDelayMs ?? 0);
  const requestInfo = infoOf(requests, context);
  const { response } = definition ?? {};
  if (response?.case === "error") throw toError(response.value, requestInfo);
  return { requestInfo, data: response?.case === "responseData" ? response.value : new Uint8Array() };
}

async function* stream(
  definition: StreamResponseDefinition | undefined,
  requests: Any[],
  context: HandlerContext,
  alreadySent: number = 0,
): AsyncGenerator<{ payload: Payload }> {
  if (definition === undefined) return;
  if (alreadySent === 0) setMetadata(definition, context, true);
  let sent = alreadySent;
  for (const data of definition.responseData.slice(alreadySent)) {
    await delay(definition.responseDelayMs);
    yield { payload: sent++ === 0 ? { data, requestInfo: infoOf(requests, context) } : { data } };
  }
  if (definition.error !== undefined) {
    throw toError(definition.error, sent === 0 ? infoOf(requests, context) : undefined);
  }
}

function setMetadata(
  definition: UnaryResponseDefinition | StreamResponseDefinition | undefined,
  { responseHeader, responseTrailer }: HandlerContext,
  isOnce: boolean = false,
): void {
  if (definition === undefined) return;
  const isSet = definition.responseHeaders.some(({ name }) => responseHeader.has(name));
  const hasTrailer = definition.responseTrailers.some(({ name }) => responseTrailer.has(name));
  if (isOnce && (isSet || hasTrailer)) return;
  appendTo(responseHeader, definition.responseHeaders);
  appendTo(responseTrailer, definition.responseTrailers);
}

function infoOf(
  requests: Any[],
  { requestHeader, timeoutMs }: HandlerContext,
): ConformancePayload_RequestInfo {
  const left = timeoutMs();
  return create(ConformancePayload_RequestInfoSchema, {
    requestHeaders: toProto(requestHeader),
    requests,
    ...(left === undefined ? {} : { timeoutMs: BigInt(Math.round(left)) }),
  });
}

function toError(
  { code, message, details }: ErrorDefinition,
  info: ConformancePayload_RequestInfo | undefined,
): ConnectError {
  const error = new ConnectError(message ?? "", code as number);
  error.details = details.map(({ typeUrl, value }) => ({
    type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1),
    value,
  }));
  if (info !== undefined) error.details.push({ desc: ConformancePayload_RequestInfoSchema, value: info });
  return error;
}

function pack(desc: DescMessage, message: Message): Any {
  return create(AnySchema, anyPack(desc, message));
}
