import type { DescMethod, DescService } from "@bufbuild/protobuf";
import {
  type ConnectError,
  type ContextValues,
  createContextValues,
  type HandlerContext,
} from "@connectrpc/connect";
import { nowMs } from "../../clock.ts";
import type { HeaderFields } from "../http2/http2-stream.ts";
import { findField, toHeaders } from "./metadata.ts";

/**
 * The handler's context of its call. Signal, headers and values are made when they are read for the first time: most
 * handlers read none of them, and a signal alone costs more than the rest of a small call. Printing it does not show
 * headers.
 */
export class CallContext implements HandlerContext {
  readonly method: DescMethod;
  readonly requestMethod = "POST";
  readonly protocolName = "grpc";
  readonly #fields: HeaderFields;
  /** In milliseconds of `nowMs`. */
  readonly #deadline: number | undefined;
  readonly #ended: () => ConnectError;
  #controller: AbortController | undefined;
  #reason: unknown;
  #hasEnded = false;
  #requestHeader: Headers | undefined;
  #values: ContextValues | undefined;
  #madeHeader: Headers | undefined;
  #madeTrailer: Headers | undefined;

  /** @param ended gives the reason of the signal of a call that went well */
  constructor(
    method: DescMethod,
    fields: HeaderFields,
    deadline: number | undefined,
    ended: () => ConnectError,
  ) {
    this.method = method;
    this.#ended = ended;
    this.#fields = fields;
    this.#deadline = deadline;
  }

  get service(): DescService {
    return this.method.parent;
  }

  get url(): string {
    const authority = findField(this.#fields, ":authority") || "localhost";
    return `${findField(this.#fields, ":scheme")}://${authority}${findField(this.#fields, ":path")}`;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#hasEnded) this.#reason ??= this.#ended();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** The abort reason of the signal, also before the signal is made; `undefined` while it is not aborted. */
  get abortReason(): unknown {
    return this.#reason;
  }

  get requestHeader(): Headers {
    this.#requestHeader ??= toHeaders(this.#fields);
    return this.#requestHeader;
  }

  /** The values of a metadata key in lower case, without making {@link requestHeader}. */
  requestFields(name: string): readonly string[] {
    const values: string[] = [];
    for (let index = 0; index < this.#fields.length; index += 2) {
      if (this.#fields[index] === name) values.push(this.#fields[index + 1] ?? "");
    }
    return values;
  }

  get responseHeader(): Headers {
    this.#madeHeader ??= new Headers();
    return this.#madeHeader;
  }

  get responseTrailer(): Headers {
    this.#madeTrailer ??= new Headers();
    return this.#madeTrailer;
  }

  /** The handler's own headers or trailers, if it has read or set them. */
  get madeHeader(): Headers | undefined {
    return this.#madeHeader;
  }

  get madeTrailer(): Headers | undefined {
    return this.#madeTrailer;
  }

  get values(): ContextValues {
    this.#values ??= createContextValues();
    return this.#values;
  }

  get timeoutMs(): () => number | undefined {
    const deadline = this.#deadline;
    return () => (deadline === undefined ? undefined : deadline - nowMs());
  }

  /** Ends the call, with this error if there is one. The signal is aborted in any case, as in Connect. */
  end(error: ConnectError | undefined): void {
    this.#hasEnded = true;
    if (error !== undefined || this.#controller !== undefined) this.abort(error ?? this.#ended());
  }

  /** Aborts the signal, now or as soon as it is read. The first reason stays. */
  abort(reason: unknown): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
