import type { DescMessage } from "@bufbuild/protobuf";
import { Code, type ConnectError } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";
import { isConnectError, textOfThrown } from "../thrown.ts";
import { createEncoders } from "./encode/message-encoder.ts";
import type { Fields } from "./encode/value-encoder.ts";
import {
  createWireWriter,
  heldBytes,
  markOf,
  reserve,
  rewind,
  takeChunks,
  writeRaw,
} from "./encode/wire-writer.ts";
import { compress } from "./gzip.ts";

/** A writer of several messages before they are taken. */
export interface BatchOwner {
  /** Called before another caller writes: take the written bytes now. */
  detach(): void;
}

/**
 * Encodes messages with their prefixes (PROTOCOL-HTTP2, "Length-Prefixed-Message"), one after the other in the same
 * memory. All calls of a transport share it.
 */
export interface MessageWriter {
  /**
   * Appends a message and returns the number of bytes that wait to be taken. If it throws, the message is discarded and
   * earlier ones are unchanged.
   * @throws ConnectError RESOURCE_EXHAUSTED above the limit, INTERNAL for a message that cannot be encoded.
   */
  write(owner: BatchOwner | undefined, desc: DescMessage, message: Fields, isCompressed: boolean): number;
  /** Returns the written bytes. Their memory is never written again. */
  take(): Uint8Array[];
}

export function createMessageWriter(maxBytes: number): MessageWriter {
  const writer = createWireWriter();
  const encoders = createEncoders();
  let batchOwner: BatchOwner | undefined;

  return {
    take: () => {
      batchOwner = undefined;
      return takeChunks(writer);
    },
    write: (owner, desc, message, isCompressed) => {
      if (owner !== batchOwner) {
        batchOwner?.detach();
        batchOwner = owner;
      }
      const mark = markOf(writer);
      const before = heldBytes(writer);
      try {
        reserve(writer, prefixBytes);
        writer.position += prefixBytes;
        encoders(desc)(writer, message);
        let length = heldBytes(writer) - before - prefixBytes;
        if (length > maxBytes) throw tooLarge(desc, length, maxBytes);
        if (isCompressed && length > 0) {
          const compressed = compress(bytesSince(mark.offset + prefixBytes));
          rewind(writer, mark);
          writer.position += prefixBytes;
          writeRaw(writer, compressed);
          length = compressed.length;
        }
        const at = writer.start + mark.offset;
        writer.slab[at] = isCompressed && length > 0 ? 1 : 0;
        writer.slab.writeUInt32BE(length, at + 1);
        return heldBytes(writer);
      } catch (cause) {
        rewind(writer, mark);
        throw isConnectError(cause) ? cause : notEncoded(desc, cause);
      }
    },
  };

  function bytesSince(offset: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let from = offset;
    for (const reference of writer.references) {
      if (reference.offset < offset) continue;
      parts.push(writer.slab.subarray(writer.start + from, writer.start + reference.offset), reference.bytes);
      from = reference.offset;
    }
    parts.push(writer.slab.subarray(writer.start + from, writer.position));
    return Buffer.concat(parts);
  }
}

const prefixBytes = 5;

function tooLarge(desc: DescMessage, length: number, maxBytes: number): ConnectError {
  return rpcError(
    `a message of type ${desc.typeName} has ${length} bytes, more than the limit of ${maxBytes}: send less in one message, or raise limits.maxSendBytes`,
    Code.ResourceExhausted,
  );
}

function notEncoded(desc: DescMessage, cause: unknown): ConnectError {
  return rpcError(`cannot encode ${desc.typeName}: ${textOfThrown(cause)}`, Code.Internal, { cause });
}
