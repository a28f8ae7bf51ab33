import { Code, type ConnectError } from "@connectrpc/connect";
import { parseTimeout } from "../grpc-timeout.ts";
import type { HeaderFields, Http2Stream, Http2StreamListener } from "../http2/http2-stream.ts";
import { quoteField } from "../http2/quote-field.ts";
import type { ListenOptions, MessageLimits } from "../socket-transport.ts";
import { createCallEnded } from "./call-ended.ts";
import { createDecode } from "./decode/message-decoder.ts";
import { interceptHandler } from "./intercept-handler.ts";
import { createMessageWriter } from "./message-writer.ts";
import { percentEncode } from "./percent-coding.ts";
import { refuse } from "./refuse.ts";
import { trailersOnly } from "./response-fields.ts";
import { routesOf } from "./routes.ts";
import { ServerCall, type ServerState } from "./server-call.ts";

export interface GrpcServerOptions
  extends MessageLimits,
    Pick<ListenOptions, "guards" | "interceptors" | "services"> {
  /**
   * How long the message of a unary call may take to arrive; after this time, or up to twice of it, the call fails with
   * DEADLINE_EXCEEDED. Default 60,000 ms.
   */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * Compresses answers to callers that accept gzip. Default: false, because on a local socket it costs ten times what
   * it saves.
   */
  readonly compressesAnswers?: boolean | undefined;
}

const defaultRequestTimeoutMs = 60_000;

/** Answers gRPC calls on the streams of any number of connections. */
export interface GrpcServer {
  /** Handles a new request. */
  onStream(stream: Http2Stream, fields: HeaderFields, endStream: boolean): Http2StreamListener;
  /** Aborts the signal of every handler that runs or is called later. The reason is made for the first of them. */
  abort(makeReason: () => ConnectError): void;
}

export function createGrpcServer(options: GrpcServerOptions): GrpcServer {
  const { interceptors = [], guards = [] } = options;
  const handlers = new Map(
    [...routesOf(options.services)].map(([path, handler]) => [path, interceptHandler(handler, interceptors)]),
  );
  const running = new Set<ServerCall>();
  let clock: NodeJS.Timeout | undefined;
  /** Runs while there are calls. It detects late messages, because a timer for each call would cost too much. */
  const startClock = (): void => {
    clock ??= setInterval(() => {
      state.tick++;
      for (const call of running) call.onTick();
      if (running.size > 0) return;
      clearInterval(clock);
      clock = undefined;
    }, options.requestTimeoutMs ?? defaultRequestTimeoutMs).unref();
  };
  const state: ServerState = {
    writer: createMessageWriter(options.maxSendBytes),
    guards,
    maxReceiveBytes: options.maxReceiveBytes,
    decode: createDecode(options.maxDecodedBytes),
    running,
    ended: createCallEnded(),
    tick: 0,
  };
  let shutdown: (() => ConnectError) | undefined;

  return {
    abort: (makeReason) => {
      let reason: ConnectError | undefined;
      shutdown = () => {
        reason ??= makeReason();
        return reason;
      };
      for (const call of running) call.context.abort(shutdown());
    },
    onStream: (stream, fields, endStream) => {
      let path = "";
      let httpMethod = "";
      let contentType = "";
      let timeout: string | undefined;
      let encoding: string | undefined;
      let acceptEncoding: string | undefined;
      for (let index = 0; index < fields.length; index += 2) {
        const value = fields[index + 1] ?? "";
        switch (fields[index]) {
          case ":path":
            path = value;
            break;
          case ":method":
            httpMethod = value;
            break;
          case "content-type":
            contentType = value;
            break;
          case "grpc-timeout":
            timeout = value;
            break;
          case "grpc-encoding":
            encoding = value;
            break;
          case "grpc-accept-encoding":
            acceptEncoding = value;
            break;
        }
      }
      // PROTOCOL-HTTP2, "Requests": a request that is not gRPC gets an HTTP error.
      if (httpMethod !== "POST") return refuse(stream, [":status", "405", "allow", "POST"], endStream);
      if (!isGrpc(contentType)) {
        return refuse(stream, [":status", "415", "accept-post", "application/grpc"], endStream);
      }
      const handler = handlers.get(path);
      if (handler === undefined) {
        return refuse(stream, status(Code.Unimplemented, unknownMethod(path)), endStream);
      }
      if (encoding !== undefined && encoding !== "identity" && encoding !== "gzip") {
        const message = `cannot read messages that are compressed as ${quoteField(encoding)}, expected gzip or identity`;
        return refuse(
          stream,
          [...status(Code.Unimplemented, message), "grpc-accept-encoding", "gzip"],
          endStream,
        );
      }
      const timeoutMs = timeout === undefined ? undefined : parseTimeout(timeout);
      if (timeout !== undefined && timeoutMs === undefined) {
        return refuse(
          stream,
          status(Code.Internal, `${quoteField(timeout)} is not a valid grpc-timeout`),
          endStream,
        );
      }
      const isCompressed = options.compressesAnswers === true && acceptsGzip(acceptEncoding);
      const call = new ServerCall({ handler, stream, fields, timeoutMs, encoding, isCompressed }, state);
      if (shutdown !== undefined) call.context.abort(shutdown());
      call.start(endStream);
      if (clock === undefined) startClock();
      return call;
    },
  };
}

function isGrpc(contentType: string): boolean {
  return contentType === "application/grpc" || /^application\/grpc(\+proto)?(;.*)?$/i.test(contentType);
}

function acceptsGzip(acceptEncoding: string | undefined): boolean {
  return acceptEncoding?.split(",").some((name) => name.trim() === "gzip") ?? false;
}

function unknownMethod(path: string): string {
  const [, service = "", method = ""] = path.split("/");
  return `unknown method ${quoteField(method)} of service ${quoteField(service)}`;
}

function status(code: Code, message: string): HeaderFields {
  return trailersOnly(["grpc-status", String(code), "grpc-message", percentEncode(message)]);
}
