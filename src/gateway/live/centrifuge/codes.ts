/** An error of Centrifuge's protocol: the answer to a command. */
export interface CommandError {
  readonly code: number;
  readonly message: string;
  /** The client may try again. */
  readonly temporary?: true;
}

/** Errors that Centrifuge has; others have the numbers of HTTP, as in Grafana. */
export const commandErrors: Readonly<Record<CommandErrorName, CommandError>> = {
  internal: { code: 100, message: "internal server error", temporary: true },
  permissionDenied: { code: 103, message: "permission denied" },
  methodNotFound: { code: 104, message: "method not found" },
  alreadySubscribed: { code: 105, message: "already subscribed" },
  limitExceeded: { code: 106, message: "limit exceeded" },
  notAvailable: { code: 108, message: "not available" },
  tooManyRequests: { code: 111, message: "too many requests", temporary: true },
};

type CommandErrorName =
  | "alreadySubscribed"
  | "internal"
  | "limitExceeded"
  | "methodNotFound"
  | "notAvailable"
  | "permissionDenied"
  | "tooManyRequests";

/** Why a server ends a connection, as the code and reason of its close frame. From 3500 on clients do not come back. */
export interface Disconnect {
  readonly code: number;
  readonly reason: string;
}

/** Those that Centrifuge has. */
export const disconnects: Readonly<Record<DisconnectName, Disconnect>> = {
  shutdown: { code: 3001, reason: "shutdown" },
  slow: { code: 3008, reason: "slow" },
  noPong: { code: 3012, reason: "no pong" },
  tooManyRequests: { code: 3013, reason: "too many requests" },
  invalidToken: { code: 3500, reason: "invalid token" },
  badRequest: { code: 3501, reason: "bad request" },
  stale: { code: 3502, reason: "stale" },
  inappropriateProtocol: {
    code: 3506,
    reason: "this gateway speaks JSON: connect without the subprotocol centrifuge-protobuf",
  },
  permissionDenied: { code: 3507, reason: "permission denied" },
  notAvailable: { code: 3508, reason: "not available" },
};

type DisconnectName =
  | "badRequest"
  | "inappropriateProtocol"
  | "invalidToken"
  | "noPong"
  | "notAvailable"
  | "permissionDenied"
  | "shutdown"
  | "slow"
  | "stale"
  | "tooManyRequests";

/**
 * The code of an unsubscribe push: Centrifuge leaves 2100 to 2499 to servers for those after which a client does not
 * subscribe again, and the status of HTTP is part of it.
 */
export function unsubscribeCode(status: number): number {
  return 2000 + status;
}
