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
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  /** @throws TypeError for a part that is not bytes */
  toMessage(value: unknown): Message;
  cancel(): unknown;
}

/** Most bytes of a message. The messages of a body are sent while the next part is made. */
const maxPartBytes = 1 << 20;
const end: Result = { done: true, value: undefined };
const noBody = new Set([204, 205, 304]);
/** What is chained to it runs behind the callbacks of a promise that has resolved already. */
const resolved = Promise.resolve();

/**
 * The messages of one resource call. Not a generator, which would wait for a handler that never answers when the call is
 * over: `return` ends a pending `next`. A class because there is one for each call, with callbacks in place of promises: a
 * chain of promises for each message cost a fifth of a small call.
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
  /** The `next` that waits for the handler or for a part, and what settles it. */
  #pending: Promise<Result> | undefined;
  #resolve: ((result: Result) => void) | undefined;
  #reject: ((reason: unknown) => void) | undefined;

  /**
   * @param run calls the handler
   * @param onEnd is called once, when the call is over
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
    if (this.#pending !== undefined) {
      const after = (): Promise<Result> => this.next();
      return this.#pending.then(after, after);
    }
    if (this.#isOver) return Promise.resolve(end);
    if (this.#rest !== undefined) {
      return Promise.resolve({ done: false, value: { body: this.#cut(this.#rest) } });
    }
    const pending = new Promise<Result>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#pending = pending;
    if (this.#hasBegun) this.#readNext();
    else this.#begin();
    return pending;
  }

  return(): Promise<Result> {
    this.#leaveSource();
    this.#end();
    return Promise.resolve(end);
  }

  #begin(): void {
    this.#hasBegun = true;
    const onAnswer = (answer: unknown): void => this.#try(() => this.#answer(answer));
    const onThrown = (reason: unknown): void => this.#try(() => this.#answer(answerOf(reason)));
    let answer: unknown;
    try {
      answer = this.#run();
      if (isThenable(answer)) {
        Promise.resolve(answer).then(onAnswer, onThrown);
        return;
      }
    } catch (reason) {
      onThrown(reason);
      return;
    }
    onAnswer(answer);
  }

  #answer(answer: unknown): void {
    if (isResponse(answer)) {
      this.#respond(answer);
      return;
    }
    if (typeof answer !== "object" || answer === null || Array.isArray(answer)) {
      throw new TypeError(
        `resource handler: expected a Response or { code, headers, body }, got ${describeValue(answer)}: return one for every path, such as new Response(null, { status: 404 })`,
      );
    }
    const whole = answerAtOnce(answer);
    if (whole !== undefined) {
      if (!this.#isOver) this.#give(this.#head(whole));
      return;
    }
    const parts = answerResource(answer);
    const cancel = (): unknown => parts.return(undefined);
    if (this.#isOver) {
      quietly(cancel);
      return;
    }
    // Its first message is a whole one.
    this.#source = { next: () => parts.next(), toMessage: (value) => value as Message, cancel };
    this.#read(this.#source.next(), (message) => this.#give(this.#head(message)));
  }

  /** The first message of an answer. */
  #head(message: Message): Message {
    const { code = 200, headers = {}, body } = message;
    if (this.#isWithoutBody(code)) {
      this.#leaveSource();
      return { code, headers };
    }
    return body !== undefined && body.length > maxPartBytes
      ? { code, headers, body: this.#cut(body) }
      : message;
  }

  #respond(response: Response): void {
    if (response.type === "error" || response.status === 0) {
      throw new TypeError(
        "resource handler: Response.error() has no status that a host could send: throw the error, or answer with status 502",
      );
    }
    const { body } = response;
    const isBodiless = body === null || this.#isWithoutBody(response.status);
    if (this.#isOver || isBodiless) quietly(() => body?.cancel());
    if (this.#isOver) return;
    const head = responseHead(response, () => resourceUrl(this.#message));
    if (body === null || isBodiless) {
      this.#give(head);
      return;
    }
    const source = sourceOf(body.getReader());
    this.#source = source;
    const part = source.next();
    let isHeadSent = false;
    let hasCome = false;
    const onPart = (result: Awaited<typeof part>): void => {
      hasCome = true;
      if (isHeadSent || this.#isOver) return;
      this.#try(() => {
        if (result.done !== true) {
          const { body: bytes = new Uint8Array() } = source.toMessage(result.value);
          this.#give({ code: head.code, headers: head.headers, body: this.#cut(bytes) });
          return;
        }
        this.#source = undefined;
        this.#give(head);
      });
    };
    part.then(onPart, (reason: unknown) => {
      hasCome = true;
      if (!isHeadSent) this.#fail(reason);
    });
    // A body that is there is read in this turn. One that is not must not hold back the headers.
    const onTurn = (): void => {
      if (hasCome || this.#isOver) return;
      isHeadSent = true;
      this.#source = { ...source, next: once(part, () => source.next()) };
      this.#give(head);
    };
    void resolved.then(() => {
      if (!hasCome) setImmediate(onTurn);
    });
  }

  #readNext(): void {
    if (this.#source === undefined) {
      this.#end();
      return;
    }
    this.#read(this.#source.next(), ({ body }) => {
      if (body !== undefined && body.length > 0) this.#give({ body: this.#cut(body) });
      else this.#readNext();
    });
  }

  #read(part: ReturnType<Source["next"]>, onMessage: (message: Message) => void): void {
    part.then(
      (result) => {
        if (this.#isOver) return;
        if (result.done === true) this.#end();
        else this.#try(() => onMessage((this.#source as Source).toMessage(result.value)));
      },
      (reason: unknown) => this.#fail(reason),
    );
  }

  /** What throws in a callback fails the call. */
  #try(run: () => void): void {
    try {
      run();
    } catch (reason) {
      this.#fail(reason);
    }
  }

  #give(value: Message): void {
    const resolve = this.#resolve;
    this.#pending = undefined;
    resolve?.({ done: false, value });
  }

  #fail(reason: unknown): void {
    if (this.#isOver) return;
    const reject = this.#reject;
    this.#pending = undefined;
    this.#end();
    reject?.(reason);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#rest = undefined;
    this.#source = undefined;
    if (this.#pending !== undefined) this.#resolve?.(end);
    this.#pending = undefined;
    this.#onEnd?.();
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
  return {
    next: () => reader.read(),
    toMessage: (value) => {
      if (value instanceof Uint8Array) return { body: value };
      if (ArrayBuffer.isView(value)) {
        return { body: new Uint8Array(value.buffer, value.byteOffset, value.byteLength) };
      }
      quietly(() => reader.cancel());
      throw new TypeError(
        `resource handler: expected bytes in the stream of a Response, got ${describeValue(value)}: pass texts through a TextEncoderStream`,
      );
    },
    cancel: () => reader.cancel(),
  };
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

/** Calls that return `first` once, then what `next` returns. */
function once<T>(first: Promise<T>, next: () => Promise<T>): () => Promise<T> {
  let waiting: Promise<T> | undefined = first;
  return () => {
    const given = waiting ?? next();
    waiting = undefined;
    return given;
  };
}

/** Ignores an error of the clean-up, because the call is over. */
function quietly(cancel: () => unknown): void {
  try {
    const result = cancel();
    if (isThenable(result)) result.then(undefined, () => {});
  } catch {
    // As above.
  }
}
