import { isPromise } from "node:util/types";
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { largeBytes } from "./decode/heap-cost.ts";
import type { Decode } from "./decode/message-decoder.ts";
import { decompress, decompressAside, isSmall } from "./gzip.ts";
import { tooMuchUnfinished } from "./message-reader.ts";
import type { CompressedMessage, ReceivedMessage } from "./received-message.ts";

/** The call that takes a message. */
export interface MessageTaker {
  /** See `Http2Stream.holdApart`. */
  holdApart(bytes: number): (() => void) | undefined;
  /** False when the call has ended in a way that makes the message useless. */
  isWanted(): boolean;
}

/**
 * Decompresses and decodes a message. Returns a promise if that takes more than a few milliseconds; until then the bytes
 * count in the budget of the connection.
 *
 * @throws ConnectError RESOURCE_EXHAUSTED for a message that would take too much memory, INTERNAL for bytes that are not
 *   gzip; Error for bytes that are not such a message. The promise rejects with the same.
 */
export function openMessage<Desc extends DescMessage>(
  decode: Decode,
  desc: Desc,
  message: ReceivedMessage,
  taker: MessageTaker,
): MessageShape<Desc> | Promise<MessageShape<Desc>> {
  if (message instanceof Uint8Array) {
    return message.length <= largeBytes ? decode.now(desc, message) : openLong(decode, desc, message, taker);
  }
  const { bytes, plainLength } = message;
  // A large one may claim that its content is empty: decompressing it takes its time all the same.
  if (isSmall(plainLength) && isSmall(bytes.length)) return decode.now(desc, decompress(bytes, plainLength));
  return openAside(decode, desc, message, taker);
}

function openLong<Desc extends DescMessage>(
  decode: Decode,
  desc: Desc,
  bytes: Uint8Array,
  taker: MessageTaker,
): MessageShape<Desc> | Promise<MessageShape<Desc>> {
  const release = hold(taker, bytes.length);
  let decoded: MessageShape<Desc> | Promise<MessageShape<Desc>> | undefined;
  try {
    decoded = decode.inTurns(desc, bytes, () => taker.isWanted());
    return isPromise(decoded) ? decoded.finally(release) : decoded;
  } finally {
    if (!isPromise(decoded)) release();
  }
}

async function openAside<Desc extends DescMessage>(
  decode: Decode,
  desc: Desc,
  { bytes, plainLength }: CompressedMessage,
  taker: MessageTaker,
): Promise<MessageShape<Desc>> {
  const release = hold(taker, bytes.length + plainLength);
  try {
    const plain = await decompressAside(bytes, plainLength);
    return await decode.inTurns(desc, plain, () => taker.isWanted());
  } finally {
    release();
  }
}

function hold(taker: MessageTaker, bytes: number): () => void {
  const release = taker.holdApart(bytes);
  if (release === undefined) throw tooMuchUnfinished();
  return release;
}
