import { checkFrame } from "../check-frame.ts";
import type { Frame } from "../frame.ts";
import { encodeFrameJson, type FrameJsonPart } from "./encode-frame-json.ts";

/**
 * Writes a frame as JSON, in the order of keys that the Go SDK's reader needs and in its spelling. 64-bit integers
 * are bare digits; times are milliseconds, with the rest under `nanos`; NaN and infinities are null, with their
 * rows under `entities`.
 *
 * @throws FrameError `invalid_meta`, `invalid_config`, `invalid_labels`; `invalid_value` for a json value that is not
 *   JSON.
 */
export function formatFrameJson(frame: Frame, part: FrameJsonPart = "all"): string {
  checkFrame("formatFrameJson", frame);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(encodeFrameJson(frame, part));
}
