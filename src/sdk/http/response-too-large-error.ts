/** A response is larger than the limit: its body fails with this error. */
export class ResponseTooLargeError extends Error {
  override readonly name: string = "ResponseTooLargeError";
  readonly limitBytes: number;

  /** @param what the request, without secrets, such as `GET https://example.com/api` */
  constructor(what: string, limitBytes: number) {
    super(
      `the response to ${what} is larger than the limit of ${limitBytes} bytes: ask for less, or raise response_limit in Grafana's section [dataproxy]`,
    );
    this.limitBytes = limitBytes;
  }
}
