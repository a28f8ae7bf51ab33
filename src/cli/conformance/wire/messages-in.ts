import { gunzipSync } from "node:zlib";

/** The messages in the body of a gRPC answer. */
export interface Messages {
  readonly messages: readonly Uint8Array[];
  readonly hasCompressed: boolean;
  /** Bytes after the last whole message. */
  readonly restBytes: number;
}

const prefixBytes = 5;
const maxMessageBytes = 2 ** 28;

/** Takes the messages of a gRPC body apart; a compressed one as gzip. */
export function messagesIn(body: Buffer): Messages {
  const messages: Uint8Array[] = [];
  let hasCompressed = false;
  let at = 0;
  while (at + prefixBytes <= body.length) {
    const length = body.readUInt32BE(at + 1);
    if (at + prefixBytes + length > body.length) break;
    const bytes = body.subarray(at + prefixBytes, at + prefixBytes + length);
    const isCompressed = body[at] === 1;
    hasCompressed ||= isCompressed;
    messages.push(isCompressed ? gunzipped(bytes) : bytes);
    at += prefixBytes + length;
  }
  return { messages, hasCompressed, restBytes: body.length - at };
}

/** Bytes that are not gzip stay as they are: a check that decodes them says so. */
function gunzipped(bytes: Buffer): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxMessageBytes });
  } catch {
    return bytes;
  }
}

/** A message with the prefix of gRPC in front of it. */
export function prefixed(message: Uint8Array, isCompressed = false): Buffer {
  const prefix = Buffer.alloc(prefixBytes);
  prefix[0] = isCompressed ? 1 : 0;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
