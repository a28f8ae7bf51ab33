import { Code, ConnectError } from "@connectrpc/connect";
import { tlsReason } from "./tls-options.ts";

/** A server that does not like the client's certificate closes the connection, with or without an alert of TLS. */
export function connectFailure(reason: unknown, isRefusedByTls: boolean): ConnectError {
  if (reason instanceof ConnectError) return reason;
  const cause = reason instanceof Error ? reason : undefined;
  const message = cause?.message ?? "the connection was closed before the server answered";
  return isRefusedByTls
    ? new ConnectError(
        `no TLS: ${tlsReason(cause) ?? message}`,
        Code.Unauthenticated,
        undefined,
        undefined,
        cause,
      )
    : new ConnectError(`cannot connect: ${message}`, Code.Unavailable, undefined, undefined, cause);
}
