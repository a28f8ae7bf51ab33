import type { Endpoint } from "./endpoint.ts";
import { ErrorCode } from "./error-codes.ts";
import type { InboundFrames } from "./inbound-frames.ts";

export interface ProgressWatch {
  /** Call it when a frame or header block is unfinished. */
  watch(): void;
  stop(): void;
}

/**
 * Ends connections whose peer makes no progress: it sends no SETTINGS, does not acknowledge ours (RFC 9113 §6.5.3), or
 * leaves a frame or header block unfinished.
 */
export function watchProgress(endpoint: Endpoint, frames: InboundFrames): ProgressWatch {
  const { handshakeTimeoutMs, frameTimeoutMs } = endpoint.limits;
  const handshake = afterReading(handshakeTimeoutMs, () => {
    if (!frames.hasSettings) endpoint.ending.fail(ErrorCode.settingsTimeout, "the peer has sent no SETTINGS");
    else if (!frames.hasSettingsAck) {
      endpoint.ending.fail(ErrorCode.settingsTimeout, "the peer has not acknowledged SETTINGS");
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
      else
        endpoint.ending.fail(
          ErrorCode.enhanceYourCalm,
          `a frame was not finished within ${frameTimeoutMs} ms`,
        );
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
