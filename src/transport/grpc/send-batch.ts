import type { DescMessage } from "@bufbuild/protobuf";
import { drainMarkBytes, type Http2Stream } from "../http2/http2-stream.ts";
import type { Fields } from "./encode/value-encoder.ts";
import type { BatchOwner, MessageWriter } from "./message-writer.ts";

/** A batch of this size goes out; small messages that come one upon the other share a write until then. */
const batchBytes = 16 * 1024;

/** Sends the messages of one stream, several in one go. */
export interface SendBatch {
  /** Adds a message. It goes out at the end of this turn of the event loop at the latest. */
  send(message: Fields): void;
  /** Sends what waits. */
  flush(): void;
  /** Resolves when the stream takes more, or is over. `undefined` when it takes more at once. */
  drained(): Promise<void> | undefined;
  /** For the stream's listener, and for its end. */
  onDrain(): void;
}

export function createSendBatch(
  stream: Http2Stream,
  writer: MessageWriter,
  desc: DescMessage,
  isCompressed: boolean,
): SendBatch {
  /** How much of this batch is in the writer. */
  let writingBytes = 0;
  /** What was in the writer when another one wanted to write. */
  let chunks: Uint8Array[] = [];
  let chunkBytes = 0;
  let isScheduled = false;
  let wake: (() => void) | undefined;
  const owner: BatchOwner = {
    detach: () => {
      chunks.push(...writer.take());
      chunkBytes += writingBytes;
      writingBytes = 0;
    },
  };
  const flush = (): void => {
    if (writingBytes > 0) owner.detach();
    if (chunks.length === 0) return;
    const ready = chunks;
    chunks = [];
    chunkBytes = 0;
    stream.sendData(ready, false);
  };
  const onTurnEnd = (): void => {
    isScheduled = false;
    flush();
  };
  return {
    flush,
    send: (message) => {
      writingBytes = writer.write(owner, desc, message, isCompressed);
      // Producers that never wait share one turn of the event loop: the end of it may be far.
      if (chunkBytes + writingBytes >= batchBytes) flush();
      else if (!isScheduled) {
        isScheduled = true;
        setImmediate(onTurnEnd);
      }
    },
    drained: () => {
      if (stream.queuedBytes <= (stream.isCrowded ? 0 : drainMarkBytes)) return undefined;
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
    onDrain: () => {
      const resume = wake;
      wake = undefined;
      resume?.();
    },
  };
}
