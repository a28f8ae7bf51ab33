import { nowMs } from "../../clock.ts";
import { ErrorCode } from "./error-codes.ts";
import { Http2Error } from "./http2-error.ts";
import type { RateLimit } from "./limits.ts";

/** Counts events against a rate. */
export class TokenBucket {
  readonly #limit: RateLimit;
  readonly #what: string;
  #tokens: number;
  #filledAt = nowMs();

  constructor(limit: RateLimit, what: string) {
    this.#limit = limit;
    this.#what = what;
    this.#tokens = limit.burst;
  }

  /** @throws Http2Error ENHANCE_YOUR_CALM when there have been too many. */
  take(): void {
    if (this.#tokens < 1) this.#refill();
    if (this.#tokens < 1) {
      throw new Http2Error(
        ErrorCode.enhanceYourCalm,
        `more than ${this.#limit.perSecond} ${this.#what} a second`,
      );
    }
    this.#tokens--;
  }

  /** The clock is read only when the bucket is empty. */
  #refill(): void {
    const now = nowMs();
    const gained = ((now - this.#filledAt) / 1000) * this.#limit.perSecond;
    this.#filledAt = now;
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + gained);
  }
}
