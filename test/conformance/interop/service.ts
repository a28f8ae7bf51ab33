import { setTimeout as delay } from "node:timers/promises";
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type {
  EchoStatus,
  ResponseParameters,
  StreamingOutputCallResponse,
} from "../gen/grpc/testing/messages_pb.js";
import type { TestService } from "../gen/grpc/testing/test_pb.js";

const echoedHeader = "x-grpc-test-echo-initial";
const echoedTrailer = "x-grpc-test-echo-trailing-bin";

/** gRPC's interop service, as "Interoperability Test Case Descriptions" wants it of a server. */
export const interopService: Omit<
  ServiceImpl<typeof TestService>,
  "cacheableUnaryCall" | "unimplementedCall"
> = {
  emptyCall: () => ({}),
  unaryCall: ({ responseSize, responseStatus }, context) => {
    echoMetadata(context);
    throwStatus(responseStatus);
    return { payload: { body: new Uint8Array(responseSize) } };
  },
  async streamingInputCall(requests) {
    let aggregatedPayloadSize = 0;
    for await (const { payload } of requests) aggregatedPayloadSize += payload?.body.length ?? 0;
    return { aggregatedPayloadSize };
  },
  async *streamingOutputCall({ responseParameters }) {
    yield* answers(responseParameters);
  },
  async *fullDuplexCall(requests, context) {
    echoMetadata(context);
    for await (const { responseParameters, responseStatus } of requests) {
      throwStatus(responseStatus);
      yield* answers(responseParameters);
    }
  },
  async *halfDuplexCall(requests) {
    const wanted: ResponseParameters[] = [];
    for await (const { responseParameters } of requests) wanted.push(...responseParameters);
    yield* answers(wanted);
  },
};

async function* answers(
  wanted: readonly ResponseParameters[],
): AsyncGenerator<Pick<StreamingOutputCallResponse, never> & { payload: { body: Uint8Array } }> {
  for (const { size, intervalUs } of wanted) {
    if (intervalUs > 0) await delay(intervalUs / 1000);
    yield { payload: { body: new Uint8Array(size) } };
  }
}

function echoMetadata({ requestHeader, responseHeader, responseTrailer }: HandlerContext): void {
  const header = requestHeader.get(echoedHeader);
  if (header !== null) responseHeader.set(echoedHeader, header);
  const trailer = requestHeader.get(echoedTrailer);
  if (trailer !== null) responseTrailer.set(echoedTrailer, trailer);
}

function throwStatus(status: EchoStatus | undefined): void {
  if (status !== undefined && status.code !== 0) {
    throw new ConnectError(status.message, status.code in Code ? status.code : Code.Unknown);
  }
}
