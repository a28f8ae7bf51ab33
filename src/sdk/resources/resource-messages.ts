import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  CallResourceRequest,
  CallResourceResponseSchema,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { isThenable } from "../../handlers/is-thenable.ts";
import { describeValue } from "../../option-checks.ts";
import { answerAtOnce, answerResource, type ResourceAnswer } from "../../v2/responses/answer-resource.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import { MethodError } from "./method-error.ts";
import { resourceUrl } from "./resource-url.ts";
import { responseHead } from "./response-head.ts";

type Message = MessageInitShape<typeof CallResourceResponseSchema>;
type Result = IteratorResult<Message>;
/** A source of parts: the body of a Response, or what answerResource makes. */
interface Source {
  next(): Promise<Result>;
  cancel(): unknown;
}

/** Most bytes of a message. The messages of a body are sent while the next part is made. */
const maxPartBytes = 1 << 20;
const end: Result = { done: true, value: undefined };
const noBody = new Set([204, 205, 304]);

/**
 * The messages of one resource call. Not a generator, which would wait for a handler that never answers when the call is
 * over: `return` ends a pending `next`. A class because there is one for each call.
 */
export class ResourceMessages implements AsyncIterable<Message>, AsyncIterator<Message> {
  readonly #message: CallResourceRequest;
  readonly #run: () => unknown;
  readonly #onEnd: (() => void) | undefined;
  #hasBegun = false;
  #isOver = false;
  #source: Source | undefined;
  /** What is left of a part that was too large for one message. */
  #rest: Uint8Array | undefined;
  /** Ends the `next` that waits for the handler or for a part. */
  #endPending: (() => void) | undefined;

  /**
   * @param run calls the handler
   * @param onEnd may be called more than once
   */
  constructor(message: CallResourceRequest, run: () => unknown, onEnd?: (() => void) | undefined) {
    this.#message = message;
    this.#run = run;
    this.#onEnd = onEnd;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    const onEnd = this.#onEnd;
    if (onEnd === undefined) return this.#next();
    return this.#next().then(
      (result) => {
        if (result.done === true) onEnd();
        return result;
      },
      (reason: unknown) => {
        onEnd();
        throw reason;
      },
    );
  }

  #next(): Promise<Result> {
    if (this.#isOver) return Promise.resolve(end);
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      return this.#first();
    }
    if (this.#rest !== undefined)
      return Promise.resolve({ done: false, value: { body: this.#cut(this.#rest) } });
    return this.#source === undefined ? Promise.resolve(end) : this.#pending(this.#nextPart(this.#source));
  }

  return(): Promise<Result> {
    this.#leave();
    return Promise.resolve(end);
  }

  #leave(): void {
    this.#isOver = true;
    this.#rest = undefined;
    this.#endPending?.();
    quietly(() => this.#source?.cancel());
    this.#source = undefined;
    this.#onEnd?.();
  }

  /** The same result, or the end if the call is over before. */
  #pending(result: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#endPending = () => resolve(end);
      result.then(resolve, reject);
    });
  }

  /** An answer that is there at once costs no promise but the result. */
  #first(): Promise<Result> {
    try {
      const answer = this.#run();
      if (!isThenable(answer)) return this.#answer(answer);
      const onAnswer = (later: unknown): Promise<Result> => this.#answer(later);
      return this.#pending(
        Promise.resolve(answer).then(onAnswer, (reason) => this.#answer(answerOf(reason))),
      );
    } catch (reason) {
      return rejecting(() => this.#answer(answerOf(reason)));
    }
  }

  #answer(answer: unknown): Promise<Result> {
    if (isResponse(answer)) return this.#pending(this.#firstOfResponse(answer));
    if (typeof answer !== "object" || answer === null || Array.isArray(answer)) {
      throw new TypeError(
        `resource handler: expected a Response or { code, headers, body }, got ${describeValue(answer)}: return one for every path, such as new Response(null, { status: 404 })`,
      );
    }
    const whole = answerAtOnce(answer);
    if (whole !== undefined) return Promise.resolve(this.#isOver ? end : this.#head(whole));
    const parts = answerResource(answer);
    return this.#pending(this.#begin({ next: () => parts.next(), cancel: () => parts.return(undefined) }));
  }

  /** The first message of an answer. */
  #head(message: Message): Result {
    const { code = 200, headers = {}, body } = message;
    if (!this.#isWithoutBody(code)) {
      if (body !== undefined && body.length > maxPartBytes) {
        return { done: false, value: { code, headers, body: this.#cut(body) } };
      }
      return { done: false, value: message };
    }
    this.#leaveSource();
    return { done: false, value: { code, headers } };
  }

  /** The first message of a source that makes whole messages. */
  async #begin(source: Source): Promise<Result> {
    if (this.#isOver) {
      quietly(() => source.cancel());
      return end;
    }
    this.#source = source;
    const result = await source.next();
    if (result.done === true || this.#isOver) return end;
    return this.#head(result.value);
  }

  async #firstOfResponse(response: Response): Promise<Result> {
    if (response.type === "error" || response.status === 0) {
      throw new TypeError(
        "resource handler: Response.error() has no status that a host could send: throw the error, or answer with status 502",
      );
    }
    const { body } = response;
    if (this.#isOver || this.#isWithoutBody(response.status)) quietly(() => body?.cancel());
    if (this.#isOver) return end;
    const value = responseHead(response, () => resourceUrl(this.#message));
    if (body === null || this.#isWithoutBody(response.status)) return { done: false, value };
    const reader = body.getReader();
    const source = sourceOf(reader);
    this.#source = source;
    const part = source.next();
    // A body that is there is read in this turn. One that is not must not hold back the headers.
    const early = await inThisTurn(part);
    if (early === undefined) {
      this.#source = { next: once(part, () => source.next()), cancel: () => source.cancel() };
      return { done: false, value };
    }
    if (early.done === true) {
      this.#source = undefined;
      return { done: false, value };
    }
    const bytes = early.value.body ?? new Uint8Array();
    return { done: false, value: { code: value.code, headers: value.headers, body: this.#cut(bytes) } };
  }

  async #nextPart(source: Source): Promise<Result> {
    for (;;) {
      const result = await source.next();
      if (result.done === true || this.#isOver) {
        this.#source = undefined;
        return end;
      }
      const { body } = result.value;
      if (body !== undefined && body.length > 0) return { done: false, value: { body: this.#cut(body) } };
    }
  }

  #isWithoutBody(code: number): boolean {
    return noBody.has(code) || this.#message.method.toUpperCase() === "HEAD";
  }

  #leaveSource(): void {
    const source = this.#source;
    this.#source = undefined;
    quietly(() => source?.cancel());
  }

  /** The begin of a part; the rest is for the next messages. Without a copy. */
  #cut(part: Uint8Array): Uint8Array {
    if (part.length <= maxPartBytes) {
      this.#rest = undefined;
      return part;
    }
    this.#rest = part.subarray(maxPartBytes);
    return part.subarray(0, maxPartBytes);
  }
}

function sourceOf(reader: ReadableStreamDefaultReader<unknown>): Source {
  const toResult = ({ done, value }: ReadableStreamReadResult<unknown>): Result => {
    if (done) return end;
    if (value instanceof Uint8Array) return { done: false, value: { body: value } };
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return { done: false, value: { body: bytes } };
    }
    const seen = describeValue(value);
    quietly(() => reader.cancel());
    throw new TypeError(
      `resource handler: expected bytes in the stream of a Response, got ${seen}: pass texts through a TextEncoderStream`,
    );
  };
  return { next: () => reader.read().then(toResult), cancel: () => reader.cancel() };
}

/** @returns the answer for an exception that is one; throws any other */
function answerOf(reason: unknown): ResourceAnswer {
  if (reason instanceof QueryError && reason.status >= 400 && reason.status < 500) {
    return { code: reason.status, body: { message: reason.message } };
  }
  if (reason instanceof MethodError) return { code: 405, body: { message: reason.message } };
  throw reason;
}

/** Also of another realm, and of another library than the platform's fetch. */
function isResponse(value: unknown): value is Response {
  if (typeof value !== "object" || value === null || !("headers" in value) || !("status" in value))
    return false;
  const { headers } = value;
  return typeof headers === "object" && headers !== null && "forEach" in headers && "body" in value;
}

/** The result, or `undefined` if it is not there before the next turn of the event loop. */
function inThisTurn(result: Promise<Result>): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const turn = setImmediate(resolve, undefined);
    result.then(
      (value) => {
        clearImmediate(turn);
        resolve(value);
      },
      (reason: unknown) => {
        clearImmediate(turn);
        reject(reason);
      },
    );
  });
}

/** Calls that return `first` once, then what `next` returns. */
function once(first: Promise<Result>, next: () => Promise<Result>): () => Promise<Result> {
  let waiting: Promise<Result> | undefined = first;
  return () => {
    const given = waiting ?? next();
    waiting = undefined;
    return given;
  };
}

/** The result, or a rejected promise where `make` throws. */
function rejecting(make: () => Promise<Result>): Promise<Result> {
  try {
    return make();
  } catch (reason) {
    return Promise.reject(reason);
  }
}

/** The call is over; there is no one left to report a clean-up error to. */
function quietly(cancel: () => unknown): void {
  try {
    const result = cancel();
    if (isThenable(result)) result.then(undefined, () => {});
  } catch {
    // As above.
  }
}
