import { invalidArgument } from "./invalid-value.ts";
import { isArrayBuffer } from "./kind-of-value.ts";

/** The bytes of a frame: a `Uint8Array`, a `Buffer` or another view, or a whole buffer. */
export type FrameBytes = ArrayBufferView | ArrayBufferLike;

/**
 * @throws FrameError `invalid_value` for a value without bytes.
 */
export function toBytes(caller: string, bytes: FrameBytes): Uint8Array {
  const buffer = ArrayBuffer.isView(bytes) ? bytes.buffer : bytes;
  if ("detached" in Object(buffer) && (buffer as ArrayBuffer).detached) {
    throw invalidArgument(caller, "the bytes of a frame, got those of a buffer that was transferred", bytes);
  }
  if (ArrayBuffer.isView(bytes)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isArrayBuffer(bytes)) return new Uint8Array(bytes);
  const hint = typeof bytes === "string" ? " (parseFrameJson reads a text)" : "";
  throw invalidArgument(caller, `the bytes of a frame, such as a Uint8Array or an ArrayBuffer${hint}`, bytes);
}
