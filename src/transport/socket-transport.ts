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
}

export interface ListenOptions extends MessageLimits {
  /** A unix path that does not exist yet, or a TCP address; port 0 takes a free port. */
  readonly address: SocketAddress;
  readonly services: readonly ServedService[];
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

export interface DialOptions extends MessageLimits {
  readonly address: SocketAddress;
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** Aborts dialling, not the connection. */
  readonly signal?: AbortSignal | undefined;
}

export interface TransportConnection {
  /**
   * For Connect's `createClient`. A call that fails because the connection was lost rejects with
   * UNAVAILABLE; the next call dials again.
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
  /** Resolves when the other side has answered as an HTTP/2 server. */
  dial(options: DialOptions): Promise<TransportConnection>;
}
