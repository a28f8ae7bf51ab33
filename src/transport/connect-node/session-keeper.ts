import * as http2 from "node:http2";
import * as net from "node:net";
import * as tls from "node:tls";
import { Code } from "@connectrpc/connect";
import type { GrpcTransportOptions } from "@connectrpc/connect-node";
import { rpcError } from "../../rpc-error.ts";
import { connectFailure, lostForGood } from "../connect-failure.ts";
import { connectionBytes } from "../default-limits.ts";
import type { DialOptions, DialTls, SocketAddress } from "../socket-transport.ts";
import { toConnectError } from "../thrown.ts";
import { badTlsOptions, dialTlsOptions, endByAlert } from "../tls-options.ts";
import { defaultStreamBacklogBytes, sessionLimits } from "./session-limits.ts";
import { splitBinaryHeaders } from "./split-binary-headers.ts";

type SessionManager = NonNullable<GrpcTransportOptions["sessionManager"]>;

/** Holds the only HTTP/2 session to a plugin, and replaces a lost one unless `onLost` is set. */
interface SessionKeeper extends SessionManager {
  /** Connects and waits for the server's SETTINGS. */
  open(signal?: AbortSignal): Promise<void>;
  isOpen(): boolean;
  close(): void;
}

/** Receive window of the connection; a stream's window is its backlog. */
const connectionWindowBytes = 8 << 20;

/** Fields that gRPC sets itself; others are metadata of callers, which may be tokens. */
const indexedNames: ReadonlySet<string> = new Set([
  "content-type",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-timeout",
  "te",
  "user-agent",
]);

/** The options that a session needs. */
type SessionOptions = Pick<
  DialOptions,
  "address" | "maxConnectionBytes" | "maxReceiveBytes" | "maxStreamBacklogBytes" | "onLost" | "tls"
>;

export function createSessionKeeper(options: SessionOptions): SessionKeeper {
  const { tls: secure } = options;
  const authority = `${secure === undefined ? "http" : "https"}://localhost`;
  let current: http2.ClientHttp2Session | undefined;
  let opening: Promise<http2.ClientHttp2Session> | undefined;
  const closing = new AbortController();
  let isLost = false;
  const lose = (): void => {
    if (options.onLost === undefined || isLost || closing.signal.aborted) return;
    isLost = true;
    options.onLost();
  };

  async function session(signal?: AbortSignal): Promise<http2.ClientHttp2Session> {
    closing.signal.throwIfAborted();
    if (current !== undefined && isUsable(current)) return current;
    if (current !== undefined) lose();
    if (isLost) throw lostForGood();
    const givenUp = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);
    opening ??= connect(authority, options, givenUp).finally(() => {
      opening = undefined;
    });
    const opened = await opening;
    if (opened !== current) opened.once("close", lose);
    current = opened;
    // It may have been closed since it became ready.
    if (closing.signal.aborted) current.destroy();
    closing.signal.throwIfAborted();
    return current;
  }

  return {
    authority,
    isOpen: () => current !== undefined && isUsable(current),
    open: async (signal) => {
      await session(signal);
    },
    request: async (method, path, headers) => {
      const opened = await session().catch(failCall);
      const stream = opened.request({
        ...splitBinaryHeaders(headers),
        ":method": method,
        ":path": path,
        // Metadata must not enter the HPACK tables, which live as long as the connection.
        [http2.sensitiveHeaders]: Object.keys(headers).filter((name) => !indexedNames.has(name)),
      });
      settleSilentEnd(stream, opened);
      return stream;
    },
    notifyResponseByteRead: () => {},
    close: () => {
      closing.abort(rpcError("the connection was closed on this side", Code.Unavailable));
      current?.destroy();
    },
  };
}

/** A call without a connection is UNAVAILABLE, for whatever reason this side cannot dial again. */
function failCall(reason: unknown): never {
  const { rawMessage, cause } = toConnectError(reason);
  throw rpcError(rawMessage, Code.Unavailable, { cause });
}

function isUsable(session: http2.ClientHttp2Session): boolean {
  return !session.closed && !session.destroyed;
}

function connect(
  authority: string,
  options: SessionOptions,
  signal: AbortSignal,
): Promise<http2.ClientHttp2Session> {
  const { address, tls: secure, maxStreamBacklogBytes = defaultStreamBacklogBytes } = options;
  return new Promise((resolve, reject) => {
    const socket = openSocket(address, secure);
    let isReached = false;
    socket.once("connect", () => {
      isReached = true;
    });
    const session = http2.connect(authority, {
      createConnection: () => socket,
      ...sessionLimits({ initialWindowSize: maxStreamBacklogBytes }, connectionBytes(options)),
    });
    const fail = (reason: unknown): void => {
      session.destroy();
      const isRefused = secure !== undefined && isReached;
      reject(connectFailure(reason, isRefused));
    };
    const onAbort = (): void => fail(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    // Stays for the life of the session: each call is told about a broken connection by its own stream.
    session.on("error", fail);
    session.once("close", () => fail(undefined));
    session.once("connect", () => {
      if (secure !== undefined && session.alpnProtocol !== "h2") {
        fail(new Error("the server did not agree on the protocol h2"));
      }
    });
    session.once("remoteSettings", () => {
      signal.removeEventListener("abort", onAbort);
      session.setLocalWindowSize(Math.max(connectionWindowBytes, maxStreamBacklogBytes));
      resolve(session);
    });
  });
}

function openSocket(address: SocketAddress, secure: DialTls | undefined): net.Socket {
  const where =
    address.network === "unix" ? { path: address.path } : { host: address.host, port: address.port };
  if (secure === undefined) return net.connect(where);
  let socket: tls.TLSSocket;
  try {
    socket = tls.connect({ ...where, ...dialTlsOptions(secure) });
  } catch (cause) {
    throw badTlsOptions(cause);
  }
  endByAlert(socket);
  return socket;
}

/**
 * Ends a call that the server ended without an answer, or whose connection broke before one: then Node closes the
 * stream without an error, and Connect would wait forever.
 */
function settleSilentEnd(stream: http2.ClientHttp2Stream, opened: http2.ClientHttp2Session): void {
  let answered = false;
  stream.once("response", () => {
    answered = true;
  });
  const settle = (): void => {
    if (answered || stream.listenerCount("error") === 0) return;
    answered = true;
    // Node reports neither a server's RST_STREAM with CANCEL as an error nor a lost connection, which has the same
    // code.
    const isCancelled = stream.rstCode === http2.constants.NGHTTP2_CANCEL && isUsable(opened);
    const code = isCancelled ? Code.Canceled : Code.Unavailable;
    stream.emit("error", rpcError("http/2 stream ended without an answer", code));
    stream.close(http2.constants.NGHTTP2_CANCEL);
  };
  stream.once("close", settle);
  stream.once("end", () => setImmediate(settle));
}
