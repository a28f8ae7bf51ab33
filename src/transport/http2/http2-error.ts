import { errorCodeName } from "./error-codes.ts";

/**
 * The peer broke a rule of HTTP/2 or went past a limit, so that the connection has to end: a connection error (RFC 9113
 * §5.4.1). Errors of one stream (§5.4.2) are not thrown: they reset the stream.
 */
export class Http2Error extends Error {
  override readonly name = "Http2Error";
  readonly code: number;

  constructor(code: number, message: string) {
    super(`${message} (${errorCodeName(code)})`);
    this.code = code;
  }
}
