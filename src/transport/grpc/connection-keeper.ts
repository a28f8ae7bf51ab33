import * as net from "node:net";
import type { TLSSocket } from "node:tls";
import { Code, type ConnectError } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";
import { connectFailure, lostForGood } from "../connect-failure.ts";
import { connectionBytes } from "../default-limits.ts";
import { ErrorCode } from "../http2/error-codes.ts";
import { createClientConnection, type Http2ClientConnection } from "../http2/http2-connection.ts";
import { reportDefect } from "../report-defect.ts";
import type { DialOptions, DialTls, SocketAddress } from "../socket-transport.ts";
import { badTlsOptions, dialTlsOptions, loadTls } from "../tls-options.ts";

/** Holds the only connection to a server, and replaces a lost one unless `onLost` is set. */
interface ConnectionKeeper {
  /** The connection, or `undefined` while none accepts calls. */
  current(): Http2ClientConnection | undefined;
  /** Dials, or waits for a dial in progress, until the server has answered. Rejects with UNAVAILABLE. */
  connect(signal?: AbortSignal): Promise<Http2ClientConnection>;
  /** Closes the connection for good. Safe to call twice. */
  close(): void;
}

/** Size of the buffer that a socket reads into repeatedly: large enough for one write of a busy server. */
const readBufferBytes = 256 * 1024;

/** The options that a connection needs. */
type KeptOptions = Pick<
  DialOptions,
  "address" | "maxConnectionBytes" | "maxReceiveBytes" | "maxStreamBacklogBytes" | "onLost" | "tls"
>;

export function createConnectionKeeper(options: KeptOptions): ConnectionKeeper {
  let open: Http2ClientConnection | undefined;
  let opening: Promise<Http2ClientConnection> | undefined;
  const closing = new AbortController();
  let isLost = false;
  /** Drops the connection, whose tables may hold fields of calls. */
  const lose = (connection: Http2ClientConnection): void => {
    if (open === connection) open = undefined;
    if (options.onLost === undefined || isLost || closing.signal.aborted) return;
    isLost = true;
    options.onLost();
  };

  return {
    current: () => (open?.isOpen ? open : undefined),
    connect: async (signal) => {
      if (closing.signal.aborted) throw closedError();
      if (open?.isOpen) return open;
      // A connection that accepts no more calls is not used for new ones, although old calls may still run.
      if (open !== undefined && options.onLost !== undefined) lose(open);
      if (isLost) throw lostForGood();
      const givenUp = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);
      opening ??= dialOnce(options, givenUp, lose).finally(() => {
        opening = undefined;
      });
      const connection = await opening.catch((reason: unknown) => {
        throw closing.signal.aborted ? closedError() : reason;
      });
      open = connection;
      if (!closing.signal.aborted) return connection;
      connection.destroy(ErrorCode.noError, closedHere);
      throw closedError();
    },
    close: () => {
      closing.abort(new Error(closedHere));
      open?.destroy(ErrorCode.noError, closedHere);
    },
  };
}

const closedHere = "the connection was closed on this side";
function closedError(): ConnectError {
  return rpcError(closedHere, Code.Unavailable);
}

function dialOnce(
  options: KeptOptions,
  signal: AbortSignal,
  onLost: (connection: Http2ClientConnection) => void,
): Promise<Http2ClientConnection> {
  const { address, tls: secure, maxStreamBacklogBytes } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(connectFailure(signal.reason, false));
      return;
    }
    let connection: Http2ClientConnection | undefined;
    const socket = openSocket(address, secure, (bytes) => connection?.receive(bytes));
    let isReached = false;
    let hasAnswered = false;
    const fail = (reason: unknown): void => {
      if (hasAnswered) {
        socket.destroy();
        if (connection !== undefined) onLost(connection);
        return;
      }
      signal.removeEventListener("abort", onAbort);
      socket.destroy();
      reject(connectFailure(reason, secure !== undefined && isReached));
    };
    const onAbort = (): void => fail(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("connect", () => {
      isReached = true;
    });
    socket.once(secure === undefined ? "connect" : "secureConnect", () => {
      if (secure !== undefined && "alpnProtocol" in socket && socket.alpnProtocol !== "h2") {
        fail(new Error("the server did not agree on the protocol h2"));
        return;
      }
      const opened = createClientConnection(socket, {
        unrefWhenIdle: true,
        onDefect: reportDefect,
        streamWindowBytes: maxStreamBacklogBytes,
        limits: { maxHeldBytes: connectionBytes(options) },
        onClosed: (_code, reason) => fail(new Error(reason)),
        onReady: () => {
          hasAnswered = true;
          signal.removeEventListener("abort", onAbort);
          socket.unref();
          resolve(opened);
        },
      });
      connection = opened;
      // Until the server has answered a caller waits, although there is no stream.
      socket.ref();
    });
    // Stay for the life of the socket: each call is told about a broken connection by its own stream.
    socket.on("error", fail);
    socket.once("close", () => fail(undefined));
  });
}

/**
 * A plain socket reads into one reused buffer, which halves the cost of large answers. With TLS each read has its own
 * memory anyway, and arrives as an event.
 */
function openSocket(
  address: SocketAddress,
  secure: DialTls | undefined,
  onBytes: (bytes: Uint8Array) => void,
): net.Socket | TLSSocket {
  const target =
    address.network === "unix" ? { path: address.path } : { host: address.host, port: address.port };
  if (secure !== undefined) {
    try {
      return loadTls().connect({ ...target, ...dialTlsOptions(secure) });
    } catch (cause) {
      throw badTlsOptions(cause);
    }
  }
  const socket = net.connect({
    ...target,
    onread: {
      buffer: Buffer.allocUnsafeSlow(readBufferBytes),
      callback: (length, buffer) => {
        onBytes(buffer.subarray(0, length));
        return true;
      },
    },
  });
  return socket.setNoDelay(true);
}
