/** The codes that this version knows. */
type KnownGatewayErrorCode =
  | "broken_off"
  | "invalid_option"
  | "refused"
  | "stream_ended"
  | "unexpected_answer"
  | "unreachable";

/**
 * What went wrong, as a stable `snake_case` string:
 *
 * - `refused`: an answer with an error status. `status`, `messageId` and `traceId` say more.
 * - `unreachable`: no answer. A browser does not say why: no connection, or an origin that is not allowed.
 * - `broken_off`: the answer ended before it was complete.
 * - `unexpected_answer`: an answer that is not one of this API, such as the page of a proxy.
 * - `stream_ended`: the gateway ended a stream. `reason` is its code. The client follows the stream again if the gateway
 *   closes (503) or the client was too slow (3008).
 * - `invalid_option`: an argument that cannot be used.
 *
 * A later version may add a code, so keep a `default` branch.
 */
export type GatewayErrorCode = KnownGatewayErrorCode | (string & { readonly [openEnd]?: never });
declare const openEnd: unique symbol;

/** What is known about an error. */
export interface GatewayErrorDetails {
  /** The HTTP status of the answer. */
  readonly status?: number | undefined;
  /** The stable id that Grafana's API gives such an error, such as `query.noQueries`. */
  readonly messageId?: string | undefined;
  /** The trace of the request, by which the gateway's log has it. */
  readonly traceId?: string | undefined;
  /** Why a stream ended: the code that the gateway sent. */
  readonly reason?: number | string | undefined;
  /** How long to wait before another try, in seconds, where the answer says so. */
  readonly retryAfterSeconds?: number | undefined;
  /** The error below this one. */
  readonly cause?: unknown;
}

/**
 * The error of every failed call of a gateway client, except that an aborted call rejects with the reason of its signal.
 * The error of a single query is not thrown: it is in the results, beside the frames.
 */
export class GatewayError extends Error {
  override readonly name: string = "GatewayError";
  readonly code: GatewayErrorCode;
  // Without a value where it is not known, so that printed errors show what is.
  declare readonly status: number | undefined;
  declare readonly messageId: string | undefined;
  declare readonly traceId: string | undefined;
  declare readonly reason: number | string | undefined;
  declare readonly retryAfterSeconds: number | undefined;

  constructor(code: GatewayErrorCode, message: string, { cause, ...details }: GatewayErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    for (const [name, value] of Object.entries(details)) {
      if (value !== undefined) Object.assign(this, { [name]: value });
    }
  }
}

/** The text of an error with that of its cause: Node's "fetch failed" has the reason there. */
export function messageOf(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  const { message, cause } = reason;
  if (!(cause instanceof Error)) return message;
  // Of several addresses that were tried, there is a code alone.
  return `${message}: ${cause.message || (cause as { readonly code?: unknown }).code}`;
}
