import type { ClientHttp2Session, IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import { constants } from "node:http2";
import { messagesIn, prefixed } from "./messages-in.ts";

/** One call, with everything that a check may want to have odd. */
export interface RawCall {
  /** `pluginv2.Data/QueryData`. */
  readonly rpc: string;
  readonly message: Uint8Array;
  readonly headers?: OutgoingHttpHeaders;
  readonly isCompressed?: boolean;
  readonly withinMs: number;
  /** Cancels the call when it is true of the messages that have come. */
  readonly cancelWhen?: (messages: readonly Uint8Array[]) => boolean;
  /** Cancels the call at once. */
  readonly isCancelled?: boolean;
  /** The client sends nothing after the message, but does not end its side. */
  readonly isHalfOpen?: boolean;
}

/** What came back. */
export interface RawAnswer {
  /** How the call ended. `lost`: the connection did. */
  readonly end: "status" | "cancelled" | "reset" | "lost" | "late";
  /** `grpc-status`, or -1 if there was none. */
  readonly status: number;
  /** `grpc-message`, as it was on the wire. */
  readonly text: string;
  readonly messages: readonly Uint8Array[];
  readonly headers: IncomingHttpHeaders;
  readonly hasCompressed: boolean;
}

/** Makes a gRPC call over Node's HTTP/2. It never rejects: how a call fails is what the checks look at. */
export function callRaw(session: ClientHttp2Session, call: RawCall): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let headers: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    let body = Buffer.alloc(0);
    const parts: Buffer[] = [];
    let isDone = false;
    const read = () => {
      body = Buffer.concat([body, ...parts.splice(0)]);
      return messagesIn(body);
    };
    const finish = (end: RawAnswer["end"]): void => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      session.off("close", onLost);
      const status = trailers["grpc-status"] ?? headers["grpc-status"];
      const text = trailers["grpc-message"] ?? headers["grpc-message"];
      const { messages, hasCompressed } = read();
      const hasStatus = status !== undefined && end !== "cancelled";
      resolve({
        end: hasStatus ? "status" : end,
        status: status === undefined ? -1 : Number(status),
        text: String(text ?? ""),
        messages,
        headers,
        hasCompressed,
      });
    };
    const onLost = (): void => finish("lost");
    const timer = setTimeout(() => {
      finish("late");
      stream?.close(constants.NGHTTP2_CANCEL);
    }, call.withinMs);
    session.once("close", onLost);
    const stream = open(session, call);
    if (stream === undefined) return finish("lost");
    stream.on("error", () => {});
    stream.on("response", (seen) => {
      headers = seen;
    });
    stream.on("trailers", (seen) => {
      trailers = seen;
    });
    stream.on("data", (part: Buffer) => {
      parts.push(part);
      if (call.cancelWhen?.(read().messages) !== true) return;
      finish("cancelled");
      stream.close(constants.NGHTTP2_CANCEL);
    });
    stream.on("close", () => finish(session.destroyed || session.closed ? "lost" : "reset"));
    // A status without trailers, and one that comes while the request is still being sent, which Node does not close.
    stream.on("end", () => {
      if (headers["grpc-status"] !== undefined || trailers["grpc-status"] !== undefined) finish("status");
    });
    const bytes = prefixed(call.message, call.isCompressed);
    if (call.isHalfOpen === true) stream.write(bytes);
    else stream.end(bytes);
    if (call.isCancelled === true) {
      finish("cancelled");
      stream.close(constants.NGHTTP2_CANCEL);
    }
  });
}

function open(session: ClientHttp2Session, { rpc, headers }: RawCall) {
  try {
    return session.request({
      ":method": "POST",
      ":path": `/${rpc}`,
      ":authority": "unused",
      "content-type": "application/grpc",
      te: "trailers",
      "user-agent": "grafana-plugin-protocol-conformance",
      ...headers,
    });
  } catch {
    // The connection went while nobody looked.
    return undefined;
  }
}
