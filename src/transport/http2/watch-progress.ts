import type { ConnectionEnding } from "./connection-ending.ts";
import { ErrorCode } from "./error-codes.ts";
import type { InboundFrames } from "./inbound-frames.ts";
import type { Http2Limits } from "./limits.ts";

interface ProgressWatch {
  /** Call it when a frame or header block is unfinished. */
  watch(): void;
  stop(): void;
}

/**
 * Ends connections whose peer makes no progress: it sends no SETTINGS, does not acknowledge ours (RFC 9113 §6.5.3), or
 * leaves a frame or header block unfinished.
 */
export function watchProgress(
  { handshakeTimeoutMs, frameTimeoutMs }: Pick<Http2Limits, "frameTimeoutMs" | "handshakeTimeoutMs">,
  ending: Pick<ConnectionEnding, "fail">,
  frames: Pick<InboundFrames, "finished" | "hasSettings" | "hasSettingsAck" | "isWithinBlock">,
): ProgressWatch {
  const handshake = afterReading(handshakeTimeoutMs, () => {
    if (!frames.hasSettings) ending.fail(ErrorCode.settingsTimeout, "the peer has sent no SETTINGS");
    else if (!frames.hasSettingsAck) {
      ending.fail(ErrorCode.settingsTimeout, "the peer has not acknowledged SETTINGS");
    }
  });
  let unfinished: NodeJS.Timeout | undefined;
  const watch = (): void => {
    if (unfinished !== undefined) return;
    const { finished } = frames;
    unfinished = afterReading(frameTimeoutMs, () => {
      unfinished = undefined;
      if (!frames.isWithinBlock) return;
      if (frames.finished !== finished) watch();
      else ending.fail(ErrorCode.enhanceYourCalm, `a frame was not finished within ${frameTimeoutMs} ms`);
    });
  };
  return {
    watch,
    stop: () => {
      clearTimeout(handshake);
      clearTimeout(unfinished);
    },
  };
}

/** After the delay, and after all bytes received until then were read, because this process may have been busy. */
function afterReading(ms: number, check: () => void): NodeJS.Timeout {
  return setTimeout(() => setImmediate(() => setImmediate(check)), ms).unref();
}
