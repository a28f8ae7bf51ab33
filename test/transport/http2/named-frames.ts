/** The frames of RFC 9113 §6 and its numbers by their names there. All bytes are written here, without anything of src. */
import { frame, settingsPayload, uint32 } from "./raw-frames.ts";

/** RFC 9113 §6; `unknown` is one that no document has. */
export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
  unknown: 0xee,
} as const;

export const endStream = 0x01;
export const endHeaders = 0x04;
/** Of DATA and HEADERS. */
export const padded = 0x08;
/** Of SETTINGS and PING. */
export const ack = 0x01;
/** Of HEADERS that are a whole message. */
export const endBoth: number = endHeaders | endStream;

/** RFC 9113 §7. */
export const errorCode = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  settingsTimeout: 4,
  frameSizeError: 6,
  refusedStream: 7,
  cancel: 8,
  compressionError: 9,
  connectError: 10,
  enhanceYourCalm: 11,
} as const;

/** RFC 9113 §6.5.2. */
export const setting = {
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
} as const;

type Payload = Uint8Array | string;

export function data(streamId: number, payload: Payload = "", flags: number = 0): Buffer {
  return frame(frameType.data, flags, streamId, payload);
}

export function headers(streamId: number, block: Payload, flags: number = endHeaders): Buffer {
  return frame(frameType.headers, flags, streamId, block);
}

export function continuation(streamId: number, fragment: Payload = "", flags: number = 0): Buffer {
  return frame(frameType.continuation, flags, streamId, fragment);
}

/** Depends on stream 0, with the lowest weight. */
export function priority(streamId: number): Buffer {
  return frame(frameType.priority, 0, streamId, Buffer.alloc(5));
}

export function rstStream(streamId: number, code: number): Buffer {
  return frame(frameType.rstStream, 0, streamId, uint32(code));
}

/** From number, value, number, value and so on. */
export function settings(...values: readonly number[]): Buffer {
  return frame(frameType.settings, 0, 0, settingsPayload(...values));
}

export function settingsAck(): Buffer {
  return frame(frameType.settings, ack, 0);
}

/** Of eight bytes. */
export function ping(payload: Payload = "12345678"): Buffer {
  return frame(frameType.ping, 0, 0, payload);
}

export function pingAck(payload: Payload = "12345678"): Buffer {
  return frame(frameType.ping, ack, 0, payload);
}

export function goaway(lastStreamId: number, code: number, text: string = ""): Buffer {
  return frame(
    frameType.goaway,
    0,
    0,
    Buffer.concat([uint32(lastStreamId), uint32(code), Buffer.from(text)]),
  );
}

/** Of a stream, or of the connection for stream 0. */
export function windowUpdate(streamId: number, bytes: number): Buffer {
  return frame(frameType.windowUpdate, 0, streamId, uint32(bytes));
}
