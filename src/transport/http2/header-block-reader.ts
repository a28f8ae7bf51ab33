import { ErrorCode } from "./error-codes.ts";
import { headerFragment } from "./frame-reader.ts";
import { Flag } from "./frame-types.ts";
import { Http2Error } from "./http2-error.ts";
import type { Http2Limits } from "./limits.ts";

/** Assembles the fragments of a header block (RFC 9113 §4.3, §6.10). */
export class HeaderBlockReader {
  readonly #limits: Http2Limits;
  readonly #fragments: Buffer[] = [];
  #bytes = 0;
  /** Stream of the block that is open, 0 for none. */
  streamId = 0;
  endStream = false;

  constructor(limits: Http2Limits) {
    this.#limits = limits;
  }

  /** The block, if HEADERS has all of it: then a view of the payload. */
  headers(streamId: number, flags: number, payload: Buffer): Buffer | undefined {
    const fragment = headerFragment(flags, payload);
    this.endStream = (flags & Flag.endStream) !== 0;
    this.#bytes = 0;
    this.#count(fragment);
    if (flags & Flag.endHeaders) return fragment;
    this.streamId = streamId;
    this.#fragments.push(Buffer.from(fragment));
    return undefined;
  }

  /** The block, if CONTINUATION is its last part. Only called for the stream whose block is open. */
  continuation(flags: number, payload: Buffer): Buffer | undefined {
    this.#count(payload);
    this.#fragments.push(Buffer.from(payload));
    if (this.#fragments.length > this.#limits.maxContinuations + 1) {
      throw tooLarge(`a header block has more than ${this.#limits.maxContinuations} CONTINUATION frames`);
    }
    if (!(flags & Flag.endHeaders)) return undefined;
    const block = Buffer.concat(this.#fragments);
    this.#fragments.length = 0;
    this.streamId = 0;
    return block;
  }

  /** A block is rarely larger than its decoded list. */
  #count(fragment: Buffer): void {
    this.#bytes += fragment.length;
    if (this.#bytes > this.#limits.maxHeaderListBytes) {
      throw tooLarge(`a header block has more than ${this.#limits.maxHeaderListBytes} bytes`);
    }
  }
}

function tooLarge(message: string): Http2Error {
  return new Http2Error(ErrorCode.enhanceYourCalm, message);
}
