import { Code, type ConnectError } from "@connectrpc/connect";
import { rpcError } from "../rpc-error.ts";
import { isConnectError, isError } from "./thrown.ts";
import { tlsReason } from "./tls-options.ts";

/** A server that rejects the client's certificate closes the connection, with or without a TLS alert. */
export function connectFailure(reason: unknown, isRefusedByTls: boolean): ConnectError {
  if (isConnectError(reason)) return reason;
  const cause = isError(reason) ? reason : undefined;
  const message = cause?.message ?? "the connection was closed before the server answered";
  return isRefusedByTls
    ? rpcError(`no TLS: ${tlsReason(cause) ?? message}`, Code.Unauthenticated, { cause })
    : rpcError(`cannot connect: ${message}`, Code.Unavailable, { cause });
}

/** The failure of a call on a connection that was lost and, by `onLost`, is not dialled again. */
export function lostForGood(): ConnectError {
  return rpcError(
    "the connection was lost, and is not dialled again: another server may listen there by now",
    Code.Unavailable,
  );
}
