import type { DescService } from "@bufbuild/protobuf";
import type { Interceptor, ServiceImpl, Transport } from "@connectrpc/connect";
import type { CallGuard } from "./call-guard.ts";

/** Where a plugin listens. */
export type SocketAddress =
  | { readonly network: "unix"; readonly path: string }
  | { readonly network: "tcp"; readonly host: string; readonly port: number };

/** A service and its handlers, as {@link implementService} pairs them. */
export interface ImplementedService {
  readonly service: DescService;
  readonly implementation: Readonly<Record<string, unknown>>;
}

/** Pairs a service with handlers of its type; missing methods answer UNIMPLEMENTED. */
export function implementService<Desc extends DescService>(
  service: Desc,
  implementation: Partial<ServiceImpl<Desc>>,
): ImplementedService {
  return { service, implementation };
}

/** Limits on one message, in bytes, 1 to 2^31-1. A larger one fails its call with RESOURCE_EXHAUSTED. */
export interface MessageLimits {
  readonly maxReceiveBytes: number;
  readonly maxSendBytes: number;
  /**
   * Estimated memory that the objects of one decoded message may take: a sixteenth of this plus 16 times the size of
   * the message, but not more than this. A message that would take more fails its call with ResourceExhausted. The
   * bytes of frames do not count. Default 512 MiB, for messages above 1 MiB at most a fifth of the heap that the
   * process may have. `connectNodeTransport` ignores it.
   */
  readonly maxDecodedBytes?: number | undefined;
}

/** Limits of one connection. */
export interface ConnectionLimits {
  /**
   * Bytes of a stream that wait here to be read, 65,535 to 2^31-1; above it flow control stops the peer. An incomplete
   * message comes on top. Default 4 MiB.
   */
  readonly maxStreamBacklogBytes?: number | undefined;
  /**
   * Bytes of messages that are incomplete or unread, and as many again of answers that the peer does not read; header
   * lists of open calls may take an eighth of it. A call that needs more fails with RESOURCE_EXHAUSTED. Default 512
   * MiB, or twice `maxReceiveBytes` if that is more.
   */
  readonly maxConnectionBytes?: number | undefined;
}

/** TLS of a listening side; certificates and keys in PEM. The protocol inside is negotiated as `h2`. */
export interface ListenTls {
  readonly certificate: string;
  readonly key: string;
  /** The only client certificate that is accepted. Without it any client is. */
  readonly peerCertificate?: string | undefined;
}

/** TLS of a dialling side; certificates and keys in PEM. The server's certificate has to be for `localhost`. */
export interface DialTls {
  /** The only server certificate that is trusted. */
  readonly peerCertificate: string;
  /** Certificate and key for a server that asks for a client certificate. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

export interface ListenOptions extends MessageLimits, ConnectionLimits {
  /** A unix path that does not exist yet, or a TCP address; port 0 chooses a free port. */
  readonly address: SocketAddress;
  /** Default: no TLS. */
  readonly tls?: ListenTls | undefined;
  readonly services: readonly ImplementedService[];
  /**
   * Calls that one connection may have open. Peers receive it (SETTINGS_MAX_CONCURRENT_STREAMS) and queue further
   * calls; a call above it is UNAVAILABLE (REFUSED_STREAM). Default 16,384.
   */
  readonly maxConcurrentStreams?: number | undefined;
  /**
   * Connections that may be open. If one more comes, the oldest that has not begun as an HTTP/2 client is closed, or the
   * new one when all have. Default 64.
   */
  readonly maxConnections?: number | undefined;
  /**
   * How long a client may take to finish the TLS handshake and to begin as an HTTP/2 client. Later it is disconnected.
   * Default 10,000 ms.
   */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Around every handler; the first one is the outermost. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /**
   * Around all interceptors; the first one is the outermost, which is closest to the wire. Experimental: made for the
   * plugins and hosts of this package.
   */
  readonly guards?: readonly CallGuard[] | undefined;
}

export interface TransportServer {
  /** The address of the server, with the port that was assigned. */
  readonly address: SocketAddress;
  /**
   * Stops listening, aborts the signal of every running handler, lets the calls end for up to `graceMs` (default 500)
   * and then closes the connections. Removes the unix socket. Safe to call twice.
   */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  /**
   * For a process that exits right after this, without `close`: returns true if the system has taken everything that
   * was sent, and reads no more from the connections, which the system closes at the exit. Returns false, and changes
   * nothing, if something still waits to be sent. Default: use `close`.
   */
  leave?(): boolean;
}

export interface DialOptions extends MessageLimits, ConnectionLimits {
  readonly address: SocketAddress;
  /** Default: no TLS. */
  readonly tls?: DialTls | undefined;
  /** Around every call; the first one is the outermost. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /**
   * Inside all interceptors; the last one is the innermost, which is closest to the wire. Experimental: made for the
   * plugins and hosts of this package.
   */
  readonly guards?: readonly CallGuard[] | undefined;
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
   * For Connect's `createClient`. A call that fails because the connection was lost rejects with UNAVAILABLE; the next
   * call dials again, unless `onLost` is set.
   */
  readonly transport: Transport;
  /** Closes the connection; running calls reject with UNAVAILABLE. Safe to call twice. */
  close(): void;
}

/**
 * gRPC over a socket: the one seam between the plugin protocol and HTTP/2.
 * Both functions reject with `ConnectError` only.
 */
export interface SocketTransport {
  /** Resolves when the socket is bound and accepts connections. */
  listen(options: ListenOptions): Promise<TransportServer>;
  /**
   * Resolves when the other side has answered as an HTTP/2 server. Rejects with UNAVAILABLE when it cannot be reached,
   * and with UNAUTHENTICATED when it was reached but the TLS handshake failed: it does not speak TLS, or one side
   * refused the other's certificate. (A call that has to dial again rejects with UNAVAILABLE for both.)
   */
  dial(options: DialOptions): Promise<TransportConnection>;
}
