/** Details of an {@link HttpFailure}. */
interface HttpFailureOptions {
  /** The stable id that Grafana gives such an error, such as `query.noQueries`. */
  readonly messageId?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What happened, for the log; never sent. */
  readonly cause?: unknown;
}

/** An answer that is an error: thrown by what handles a request, and written in the way of its API. */
export class HttpFailure extends Error {
  override readonly name: string = "HttpFailure";
  readonly status: number;
  readonly messageId: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  /** @param message for the client: without secrets */
  constructor(status: number, message: string, { messageId, headers = {}, cause }: HttpFailureOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.messageId = messageId;
    this.headers = headers;
  }
}

/** What is no {@link HttpFailure} is an answer that says nothing of it; the log has it. */
export function toHttpFailure(error: unknown): HttpFailure {
  if (error instanceof HttpFailure) return error;
  return new HttpFailure(500, "Internal server error", { cause: error });
}
