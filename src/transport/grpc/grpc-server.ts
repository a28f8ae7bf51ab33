import { Code, type ConnectError } from "@connectrpc/connect";
import { guardsFor } from "../call-guard.ts";
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

interface GrpcServerOptions
  extends MessageLimits,
    Pick<ListenOptions, "guards" | "interceptors" | "services"> {
  /**
   * How long the message of a unary call may take to arrive; after this time, or up to twice of it, the call fails with
   * DEADLINE_EXCEEDED. Default 60,000 ms.
   */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * Compresses answers to callers that accept gzip. Default: false, because on a local socket it costs ten times what
   * it saves. For conformance tests.
   */
  readonly compressesAnswers?: boolean | undefined;
}

const defaultRequestTimeoutMs = 60_000;

/** Answers gRPC calls on the streams of any number of connections. */
export interface GrpcServer {
  /** Handles a new request. */
  onStream(stream: Http2Stream, fields: HeaderFields, endStream: boolean): Http2StreamListener;
  /** Whether messages of running calls wait to be sent. */
  hasMessages(): boolean;
  /** Aborts the signal of every handler that runs or is called later. The reason is made for the first of them. */
  abort(makeReason: () => ConnectError): void;
}

export function createGrpcServer(options: GrpcServerOptions): GrpcServer {
  const { interceptors = [], guards = [] } = options;
  const routes = new Map(
    [...routesOf(options.services)].map(([path, handler]) => [
      path,
      { handler: interceptHandler(handler, interceptors), guards: guardsFor(handler.method, guards) },
    ]),
  );
  const running = new Set<ServerCall>();
  const state: ServerState = {
    writer: createMessageWriter(options.maxSendBytes),
    maxReceiveBytes: options.maxReceiveBytes,
    decode: createDecode(options.maxDecodedBytes),
    running,
    ended: createCallEnded(),
    tick: 0,
  };
  const clock = createClock(state, options.requestTimeoutMs ?? defaultRequestTimeoutMs);
  let shutdown: (() => ConnectError) | undefined;

  return {
    hasMessages: () => {
      for (const call of running) if (call.hasMessages) return true;
      return false;
    },
    abort: (makeReason) => {
      let reason: ConnectError | undefined;
      shutdown = () => {
        reason ??= makeReason();
        return reason;
      };
      for (const call of running) call.context.abort(shutdown());
    },
    onStream: (stream, fields, endStream) => {
      const request = readRequest(fields);
      const route = routes.get(request.path);
      if (route === undefined) {
        return refuse(stream, notGrpc(request) ?? unknownMethod(request), endStream);
      }
      const refusal = notGrpc(request) ?? notReadable(request);
      if (refusal !== undefined) return refuse(stream, refusal, endStream);
      const { encoding, timeoutMs } = request;
      const isCompressed = options.compressesAnswers === true && acceptsGzip(request.acceptEncoding);
      const call = new ServerCall({ ...route, stream, fields, timeoutMs, encoding, isCompressed }, state);
      if (shutdown !== undefined) call.context.abort(shutdown());
      call.start(endStream);
      clock.start();
      return call;
    },
  };
}

/** Ticks while there are calls. It detects late messages, because a timer for each call would cost too much. */
function createClock(
  state: Pick<ServerState, "running" | "tick">,
  tickMs: number,
): { readonly start: () => void } {
  let clock: NodeJS.Timeout | undefined;
  return {
    start: () => {
      clock ??= setInterval(() => {
        state.tick++;
        for (const call of state.running) call.onTick();
        if (state.running.size > 0) return;
        clearInterval(clock);
        clock = undefined;
      }, tickMs).unref();
    },
  };
}

/** The fields of a request that decide how it is answered. */
interface Request {
  path: string;
  httpMethod: string;
  contentType: string;
  encoding: string | undefined;
  acceptEncoding: string | undefined;
  timeout: string | undefined;
  timeoutMs: number | undefined;
}

function readRequest(fields: HeaderFields): Request {
  const request: Request = {
    path: "",
    httpMethod: "",
    contentType: "",
    encoding: undefined,
    acceptEncoding: undefined,
    timeout: undefined,
    timeoutMs: undefined,
  };
  for (let index = 0; index < fields.length; index += 2) {
    const value = fields[index + 1] ?? "";
    switch (fields[index]) {
      case ":path":
        request.path = value;
        break;
      case ":method":
        request.httpMethod = value;
        break;
      case "content-type":
        request.contentType = value;
        break;
      case "grpc-timeout":
        request.timeout = value;
        request.timeoutMs = parseTimeout(value);
        break;
      case "grpc-encoding":
        request.encoding = value;
        break;
      case "grpc-accept-encoding":
        request.acceptEncoding = value;
        break;
    }
  }
  return request;
}

/** PROTOCOL-HTTP2, "Requests": a request that is not gRPC gets an HTTP error. */
function notGrpc({ httpMethod, contentType }: Request): HeaderFields | undefined {
  if (httpMethod !== "POST") return [":status", "405", "allow", "POST"];
  if (!isGrpc(contentType)) return [":status", "415", "accept-post", "application/grpc"];
  return undefined;
}

function notReadable({ encoding, timeout, timeoutMs }: Request): HeaderFields | undefined {
  if (encoding !== undefined && encoding !== "identity" && encoding !== "gzip") {
    const message = `cannot read messages that are compressed as ${quoteField(encoding)}, expected gzip or identity`;
    return [...status(Code.Unimplemented, message), "grpc-accept-encoding", "gzip"];
  }
  if (timeout !== undefined && timeoutMs === undefined) {
    return status(Code.Internal, `${quoteField(timeout)} is not a valid grpc-timeout`);
  }
  return undefined;
}

function unknownMethod({ path }: Request): HeaderFields {
  const [, service = "", method = ""] = path.split("/");
  const message = `unknown method ${quoteField(method)} of service ${quoteField(service)}`;
  return status(Code.Unimplemented, message);
}

function isGrpc(contentType: string): boolean {
  return contentType === "application/grpc" || /^application\/grpc(\+proto)?(;.*)?$/i.test(contentType);
}

function acceptsGzip(acceptEncoding: string | undefined): boolean {
  return acceptEncoding?.split(",").some((name) => name.trim() === "gzip") ?? false;
}

function status(code: Code, message: string): HeaderFields {
  return trailersOnly(["grpc-status", String(code), "grpc-message", percentEncode(message)]);
}
