import type { ConnectionEnding } from "./connection-ending.ts";
import { ErrorCode } from "./error-codes.ts";
import { contentLength, malformedRequest, malformedResponse, malformedTrailers } from "./field-rules.ts";
import { dependency } from "./frame-reader.ts";
import { Flag } from "./frame-types.ts";
import { HeaderBlockReader } from "./header-block-reader.ts";
import { HpackDecoder } from "./hpack/decoder.ts";
import type { HeaderBlock } from "./hpack/header-block.ts";
import { Http2Error } from "./http2-error.ts";
import type { HeaderFields, Http2Stream, Http2StreamListener } from "./http2-stream.ts";
import type { Http2Limits } from "./limits.ts";
import type { ReceiveFlow } from "./receive-flow.ts";
import { noListener, type Stream } from "./stream.ts";
import type { StreamErrors } from "./stream-errors.ts";
import type { StreamTable } from "./stream-table.ts";

/** What is advertised as SETTINGS_HEADER_TABLE_SIZE: the initial value (RFC 9113 §6.5.2). */
const headerTableBytes = 4096;

export type OnStream = (stream: Http2Stream, fields: HeaderFields, endStream: boolean) => Http2StreamListener;

/** The part of a connection that its header blocks need. */
export interface HeadersOwner {
  readonly isServer: boolean;
  readonly limits: Http2Limits;
  readonly streams: Pick<StreamTable, "get" | "lastId" | "rememberEnd" | "size" | "skipTo">;
  readonly ending: Pick<ConnectionEnding, "lastAcceptedId">;
  readonly receive: Pick<ReceiveFlow, "hasRoomForStream" | "holdHeaders">;
  /** Adds a stream that the peer has opened. */
  acceptStream(id: number, listener: Http2StreamListener): Stream;
}

/** Turns header blocks into requests, responses and trailers (RFC 9113 §8.1 to §8.3). */
export class InboundHeaders {
  readonly #owner: HeadersOwner;
  readonly #errors: StreamErrors;
  readonly #onStream: OnStream | undefined;
  readonly #blocks: HeaderBlockReader;
  readonly #decoder: HpackDecoder;

  constructor(owner: HeadersOwner, errors: StreamErrors, onStream: OnStream | undefined) {
    this.#owner = owner;
    this.#errors = errors;
    this.#onStream = onStream;
    this.#blocks = new HeaderBlockReader(owner.limits);
    this.#decoder = new HpackDecoder(headerTableBytes, owner.limits.maxHeaderListBytes);
  }

  /** Stream of the block that CONTINUATION has to go on with, 0 for none. */
  get openBlock(): number {
    return this.#blocks.streamId;
  }

  onHeaders(flags: number, streamId: number, payload: Buffer): void {
    if (streamId === 0) throw protocolError("HEADERS came on stream 0");
    const isSelfDependent =
      (flags & Flag.priority) !== 0 && dependency(payload, flags & Flag.padded ? 1 : 0) === streamId;
    const block = this.#blocks.headers(streamId, flags, payload);
    if (block !== undefined) this.#onBlock(streamId, this.#blocks.endStream, block, isSelfDependent);
    else if (isSelfDependent) throw protocolError(`stream ${streamId} depends on itself`);
  }

  onContinuation(flags: number, streamId: number, payload: Buffer): void {
    if (this.#blocks.streamId === 0) throw protocolError("CONTINUATION came without an open header block");
    const block = this.#blocks.continuation(flags, payload);
    if (block !== undefined) this.#onBlock(streamId, this.#blocks.endStream, block, false);
  }

  #onBlock(streamId: number, endStream: boolean, bytes: Buffer, isSelfDependent: boolean): void {
    // Decoded in any case, because the next block depends on the table (RFC 9113 §4.3).
    const block = this.#decoder.decode(bytes);
    const stream = this.#owner.streams.get(streamId);
    if (stream === undefined) this.#onOpening(streamId, endStream, block, isSelfDependent);
    else if (stream.isRemoteClosed) {
      this.#errors.reset(stream, ErrorCode.streamClosed, "HEADERS came after the end of the stream");
    } else this.#onSection(stream, endStream, block);
  }

  /** A request, or fields on a stream that is over. */
  #onOpening(streamId: number, endStream: boolean, block: HeaderBlock, isSelfDependent: boolean): void {
    const owner = this.#owner;
    const { streams } = owner;
    if (this.#onStream === undefined || streamId % 2 === 0 || streamId <= streams.lastId) {
      this.#errors.onAbsent(streamId, "HEADERS");
      return;
    }
    if (streamId > owner.ending.lastAcceptedId) {
      // Ignored: the peer may have sent it before it received GOAWAY (RFC 9113 §6.8).
      streams.skipTo(streamId);
      return;
    }
    const problem = isSelfDependent
      ? `stream ${streamId} depends on itself`
      : problemOf(block, malformedRequest);
    const isTooMuch = block.isTooLarge || !owner.receive.hasRoomForStream(block.listBytes);
    const refused = problem !== undefined || isTooMuch || streams.size >= owner.limits.maxConcurrentStreams;
    if (refused) {
      streams.skipTo(streamId);
      if (endStream) streams.rememberEnd(streamId);
      this.#errors.refuse(streamId, problem !== undefined ? ErrorCode.protocolError : tooMuchCode(isTooMuch));
      return;
    }
    const stream = owner.acceptStream(streamId, noListener);
    owner.receive.holdHeaders(stream.flow, block.listBytes);
    if (!this.#beginContent(stream, endStream, block.fields)) return;
    if (endStream) stream.closeRemote();
    stream.listen(this.#onStream(stream, block.fields, endStream));
  }

  /** Fields of a response, or trailers (RFC 9113 §8.1). */
  #onSection(stream: Stream, endStream: boolean, block: HeaderBlock): void {
    const rule = stream.hasHeaders ? malformedTrailers : malformedResponse;
    let problem = problemOf(block, rule);
    if (stream.hasHeaders && !endStream) problem ??= "a second header section does not end the stream";
    const isInformational = !stream.hasHeaders && (block.fields[1] ?? "").startsWith("1");
    if (isInformational && endStream) problem ??= "an informational response ends the stream";
    if (problem !== undefined) this.#errors.reset(stream, ErrorCode.protocolError, problem);
    else if (block.isTooLarge) {
      this.#errors.reset(stream, ErrorCode.enhanceYourCalm, "a header list is larger than allowed");
    } else if (isInformational) this.#errors.countInformational();
    else if (!this.#owner.receive.holdHeaders(stream.flow, block.listBytes)) {
      this.#errors.reset(
        stream,
        ErrorCode.enhanceYourCalm,
        "the header lists of all calls take too much memory: make fewer at a time, or raise limits.maxConnectionBytes",
      );
    } else {
      if (!stream.hasHeaders) {
        if (!this.#beginContent(stream, endStream, block.fields)) return;
      } else if (endStream && !stream.takeContent(0, true)) {
        this.#errors.reset(stream, ErrorCode.protocolError, "DATA is not as long as content-length says");
        return;
      }
      if (endStream) stream.closeRemote();
      stream.listener.onHeaders(block.fields, endStream);
    }
  }

  /** RFC 9113 §8.1.1. A response without DATA may announce a length, as one to HEAD does. */
  #beginContent(stream: Stream, endStream: boolean, fields: HeaderFields): boolean {
    const bytes = contentLength(fields);
    stream.beginContent(bytes);
    const isWrong = Number.isNaN(bytes) || (this.#owner.isServer && endStream && bytes > 0);
    if (isWrong) this.#errors.reset(stream, ErrorCode.protocolError, "content-length does not fit");
    return !isWrong;
  }
}

function problemOf(
  block: HeaderBlock,
  rule: (fields: HeaderFields) => string | undefined,
): string | undefined {
  return block.malformed ?? (block.isTooLarge ? undefined : rule(block.fields));
}

function tooMuchCode(isTooMuch: boolean): number {
  return isTooMuch ? ErrorCode.enhanceYourCalm : ErrorCode.refusedStream;
}

function protocolError(message: string): Http2Error {
  return new Http2Error(ErrorCode.protocolError, message);
}
