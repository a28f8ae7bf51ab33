/** The room before a message in which {@link finishFrame} writes the head of its frame. */
export const frameRoom = 10;

const finalText = 0x81;

/**
 * Makes a text frame of WebSocket out of a buffer that has {@link frameRoom} free bytes before the message. Frames of a
 * server have no mask, so one buffer is sent to any number of clients.
 */
export function finishFrame(buffer: Buffer): Buffer {
  const length = buffer.length - frameRoom;
  if (length < 126) {
    buffer[8] = finalText;
    buffer[9] = length;
    return buffer.subarray(8);
  }
  if (length < 0x1_0000) {
    buffer[6] = finalText;
    buffer[7] = 126;
    buffer.writeUInt16BE(length, 8);
    return buffer.subarray(6);
  }
  buffer[0] = finalText;
  buffer[1] = 127;
  buffer.writeBigUInt64BE(BigInt(length), 2);
  return buffer;
}

/** A text as a frame. */
export function textFrame(text: string): Buffer {
  const buffer = Buffer.allocUnsafe(frameRoom + Buffer.byteLength(text));
  buffer.write(text, frameRoom);
  return finishFrame(buffer);
}
