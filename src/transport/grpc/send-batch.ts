import type { DescMessage } from "@bufbuild/protobuf";
import type { Http2Stream } from "../http2/http2-stream.ts";
import type { Fields } from "./encode/value-encoder.ts";
import type { BatchOwner, MessageWriter } from "./message-writer.ts";

/** A batch of this size is sent; until then small messages in quick succession share a write. Less among many streams. */
const maxBatchBytes = 16 * 1024;

/** Sends the messages of one stream in batches. */
export interface SendBatch {
  /** Whether messages wait. */
  hasMessages(): boolean;
  /** Adds a message. It is sent at the end of this turn of the event loop at the latest. */
  send(message: Fields): void;
  /** Sends the waiting messages. */
  flush(): void;
  /** Resolves when the stream accepts more, or is over. `undefined` if it accepts more now. */
  drained(): Promise<void> | undefined;
  /** Call it from the stream's `onDrain`, and at its end. */
  onDrain(): void;
}

export function createSendBatch(
  stream: Http2Stream,
  writer: MessageWriter,
  desc: DescMessage,
  isCompressed: boolean,
): SendBatch {
  /** Bytes of this batch that are in the writer. */
  let writingBytes = 0;
  /** Bytes that were taken from the writer before another caller wrote. */
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
    hasMessages: () => writingBytes + chunkBytes > 0,
    flush,
    send: (message) => {
      writingBytes = writer.write(owner, desc, message, isCompressed);
      // Producers that never wait may keep one turn of the event loop going for a long time.
      if (chunkBytes + writingBytes >= Math.min(maxBatchBytes, stream.drainMarkBytes)) flush();
      else if (!isScheduled) {
        isScheduled = true;
        setImmediate(onTurnEnd);
      }
    },
    drained: () => {
      if (!stream.mustWait()) return undefined;
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
