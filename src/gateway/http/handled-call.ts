import type { RequestTrace } from "../observe/request-trace.ts";
import type { Match } from "./create-router.ts";
import type { HttpCall } from "./http-call.ts";
import { HttpFailure } from "./http-failure.ts";
import type { RouteCall } from "./route.ts";

/** A call with its route, and one signal for all reasons to end it. A class because there is one for each request. */
export class HandledCall implements RouteCall {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly trace: RequestTrace;
  readonly #call: HttpCall;
  #match: Match | undefined;
  #controller: AbortController | undefined;
  #reason: DOMException | undefined;
  #isWatched = false;
  /** Ends the reading of the body. */
  #breakOff: ((reason: DOMException) => void) | undefined;

  constructor(call: HttpCall, trace: RequestTrace) {
    this.#call = call;
    this.method = call.method;
    this.path = call.path;
    this.query = call.query;
    this.trace = trace;
  }

  /** Few routes need it, and an AbortController and its listeners cost as much as the rest of a small answer. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
      else this.#watch();
    }
    return this.#controller.signal;
  }

  /** Ends what works for this request; the first reason counts. */
  abort(message: string, name: "AbortError" | "TimeoutError"): void {
    if (this.#reason !== undefined) return;
    this.#reason = new DOMException(message, name);
    this.#controller?.abort(this.#reason);
    this.#breakOff?.(this.#reason);
  }

  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    this.#call.onGone(() => this.abort("the client has gone", "AbortError"));
  }

  set match(match: Match) {
    this.#match = match;
  }

  get params(): RouteCall["params"] {
    return this.#match?.params ?? {};
  }

  get rest(): string {
    return this.#match?.rest ?? "";
  }

  get remoteAddress(): string | undefined {
    return this.#call.remoteAddress;
  }

  header(name: string): string | undefined {
    return this.#call.header(name);
  }

  headers(): Iterable<readonly [name: string, value: string]> {
    return this.#call.headers();
  }

  body(maxBytes: number): Promise<Uint8Array> {
    this.#watch();
    // A body may have no end: a server of another maker does not break it off when the client has gone.
    return new Promise((resolve, reject) => {
      const breakOff = (cause: DOMException): void =>
        reject(new HttpFailure(400, "the body broke off", { cause }));
      if (this.#reason === undefined) this.#breakOff = breakOff;
      else breakOff(this.#reason);
      this.#call.body(maxBytes).then((bytes) => {
        this.#breakOff = undefined;
        resolve(bytes);
      }, reject);
    });
  }

  onGone(listener: () => void): void {
    this.#call.onGone(listener);
  }
}
