import type { DescService } from "@bufbuild/protobuf";
import type { Interceptor, ServiceImpl, Transport } from "@connectrpc/connect";

/** Where a plugin listens. */
export type SocketAddress =
  | { readonly network: "unix"; readonly path: string }
  | { readonly network: "tcp"; readonly host: string; readonly port: number };

/** A service and its handlers, as {@link servedService} pairs them. */
export interface ServedService {
  readonly service: DescService;
  readonly implementation: Readonly<Record<string, unknown>>;
}

/** Pairs a service with handlers of its type; methods that are left out answer UNIMPLEMENTED. */
export function servedService<Desc extends DescService>(
  service: Desc,
  implementation: Partial<ServiceImpl<Desc>>,
): ServedService {
  return { service, implementation };
}

/** Limits on one message, in bytes, 1 to 2^31-1. A larger one fails its call with RESOURCE_EXHAUSTED. */
export interface MessageLimits {
  readonly maxReceiveBytes: number;
  readonly maxSendBytes: number;
  /**
   * Memory that the objects of one decoded message may take, as it is estimated: a sixteenth of this and 16 times the
   * size of the message, but not more than this. A message that would take more fails its call with ResourceExhausted.
   * The bytes of frames do not count. Default 512 MiB, for messages above 1 MiB at most a fifth of the heap that the
   * process may have. Not with `connectNodeTransport`.
   */
  readonly maxDecodedBytes?: number | undefined;
}

/** What one connection may hold, beside its messages. */
export interface ConnectionLimits {
  /**
   * Bytes of a stream that wait here until somebody reads them, 65,535 to 2^31-1; then the peer is held back. A message
   * that is not complete comes on top. Default 4 MiB.
   */
  readonly maxStreamBacklogBytes?: number | undefined;
  /**
   * Bytes of what is not finished: messages that are not complete or not read, and as many of answers that the peer does
   * not read; header lists of open calls may be an eighth of it. Then a call that needs more fails with
   * RESOURCE_EXHAUSTED. Default 512 MiB, or twice `maxReceiveBytes` where that is more.
   */
  readonly maxConnectionBytes?: number | undefined;
}

/** TLS of a listening side; certificates and keys in PEM. The protocol inside is negotiated as `h2`. */
export interface ListenTls {
  readonly certificate: string;
  readonly key: string;
  /** The one client certificate that may connect. Without it any client may. */
  readonly peerCertificate?: string | undefined;
}

/** TLS of a dialling side; certificates and keys in PEM. The server is asked for by the name `localhost`. */
export interface DialTls {
  /** The one server certificate that is trusted. */
  readonly peerCertificate: string;
  /** What this side shows to a server that asks for a client certificate. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

export interface ListenOptions extends MessageLimits, ConnectionLimits {
  /** A unix path that does not exist yet, or a TCP address; port 0 takes a free port. */
  readonly address: SocketAddress;
  /** Default: no TLS. */
  readonly tls?: ListenTls | undefined;
  readonly services: readonly ServedService[];
  /**
   * Calls that one connection may have open. Peers know it (SETTINGS_MAX_CONCURRENT_STREAMS) and let further calls wait;
   * one that comes all the same is UNAVAILABLE (REFUSED_STREAM). Default 16,384.
   */
  readonly maxConcurrentStreams?: number | undefined;
  /** Connections that may be open; one more is closed at once. Default 64. */
  readonly maxConnections?: number | undefined;
  readonly interceptors?: readonly Interceptor[] | undefined;
}

export interface TransportServer {
  /** Where it listens, with the port that was taken. */
  readonly address: SocketAddress;
  /**
   * Stops listening, aborts the signal of every running handler, lets the calls end for up to
   * `graceMs` (default 500) and then cuts the connections. Removes the unix socket. Safe twice.
   */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
}

export interface DialOptions extends MessageLimits, ConnectionLimits {
  readonly address: SocketAddress;
  /** Default: no TLS. */
  readonly tls?: DialTls | undefined;
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** Aborts dialling, not the connection. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called once when the connection was lost, not by `close`. With it the connection is never dialled again, and later
   * calls reject with UNAVAILABLE: by then another server may listen there. Default: the next call dials again.
   */
  readonly onLost?: (() => void) | undefined;
}

export interface TransportConnection {
  /**
   * For Connect's `createClient`. A call that fails because the connection was lost rejects with
   * UNAVAILABLE; the next call dials again, unless there is `onLost`.
   */
  readonly transport: Transport;
  /** Cuts the connection; calls that still run reject with UNAVAILABLE. Safe twice. */
  close(): void;
}

/**
 * gRPC over a socket: the one seam between the plugin protocol and HTTP/2.
 * Both functions reject with `ConnectError` only.
 */
export interface SocketTransport {
  /** Resolves when the socket is bound and takes connections. */
  listen(options: ListenOptions): Promise<TransportServer>;
  /**
   * Resolves when the other side has answered as an HTTP/2 server. Rejects with UNAVAILABLE when it cannot be
   * reached, and with UNAUTHENTICATED when it was reached and no TLS came about: it speaks none, or one
   * side refused the other's certificate. (A call that has to dial again rejects with UNAVAILABLE for both.)
   */
  dial(options: DialOptions): Promise<TransportConnection>;
}
