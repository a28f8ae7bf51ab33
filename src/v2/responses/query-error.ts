import { hasBrand } from "../../errors.ts";
import type { ErrorSource } from "../../handlers/error-source.ts";

/** Options of a {@link QueryError}. */
export interface QueryErrorOptions extends ErrorOptions {
  /** An HTTP status, 100 to 599. Default 500. */
  readonly status?: number | undefined;
  /** Default `plugin`. */
  readonly errorSource?: ErrorSource | undefined;
}

const brand: unique symbol = Symbol.for("grafana-plugin-protocol.QueryError");

/**
 * The error of one query. Thrown while a query is answered, it fails only that query: hosts show the message and use
 * status and source. Thrown by any other handler, it fails the call with code UNKNOWN, and the host reads its source
 * from the status details, see {@link errorSourceOf}; its HTTP status is not sent then.
 */
export class QueryError extends Error {
  override readonly name: string = "QueryError";
  readonly status: number;
  readonly errorSource: ErrorSource;

  constructor(message: string, { status = 500, errorSource = "plugin", cause }: QueryErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.errorSource = errorSource;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, brand);
  }
}
