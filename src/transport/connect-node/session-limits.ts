import type { Settings } from "node:http2";

/** Metadata and errors of a call; Node's own bound of 64 KiB breaks the connection, and Go's is far above. */
export const maxHeaderBytes: number = 1 << 20;

/** The defaults of both sides' options. */
export const defaultStreamBacklogBytes: number = 4 << 20;
export const defaultConcurrentStreams = 16_384;

/** Node's options for either side. */
export function sessionLimits(
  settings: Settings,
  maxConnectionBytes: number,
): {
  readonly settings: Settings;
  readonly maxSessionMemory: number;
  readonly maxSendHeaderBlockLength: number;
  readonly strictFieldWhitespaceValidation: false;
} {
  return {
    settings: { ...settings, enablePush: false, maxHeaderListSize: maxHeaderBytes },
    // In megabytes. Node's default of 10 refuses unrelated calls while one large message is in flight.
    maxSessionMemory: Math.ceil(maxConnectionBytes / 1e6),
    maxSendHeaderBlockLength: maxHeaderBytes,
    // Go sends metadata and error texts with leading and trailing spaces. Node before 22.17 always refuses them.
    strictFieldWhitespaceValidation: false,
  };
}
