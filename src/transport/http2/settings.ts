import { ErrorCode } from "./error-codes.ts";
import { initialWindowBytes, maxMaxFrameBytes, maxWindowBytes, minMaxFrameBytes } from "./frame-types.ts";
import { Http2Error } from "./http2-error.ts";

/** Numbers of the settings (RFC 9113 §6.5.2). */
export const SettingId = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;

/** Go's limit, which it does not announce. */
const unannouncedHeaderListBytes = 16 << 20;

/** The peer's SETTINGS that affect this side. */
export interface PeerSettings {
  headerTableBytes: number;
  maxConcurrentStreams: number;
  initialWindowBytes: number;
  maxFrameBytes: number;
  maxHeaderListBytes: number;
}

/** The values before the peer's SETTINGS arrive; until then a client opens at most 100 streams (RFC 9113 §6.5.2). */
export function createPeerSettings(): PeerSettings {
  return {
    headerTableBytes: 4096,
    maxConcurrentStreams: 100,
    initialWindowBytes,
    maxFrameBytes: minMaxFrameBytes,
    maxHeaderListBytes: unannouncedHeaderListBytes,
  };
}

/**
 * Takes over the settings of a SETTINGS payload in their order; unknown ones are ignored (RFC 9113 §6.5).
 * @throws Http2Error when a value is not allowed.
 */
export function applySettings(payload: Buffer, peer: PeerSettings, isPeerServer: boolean): void {
  for (let at = 0; at + 6 <= payload.length; at += 6) {
    const value = payload.readUInt32BE(at + 2);
    switch (payload.readUInt16BE(at)) {
      case SettingId.headerTableSize:
        peer.headerTableBytes = value;
        break;
      case SettingId.enablePush:
        // A server may not ask for pushes of a client (RFC 9113 §6.5.2).
        if (value > (isPeerServer ? 0 : 1)) {
          throw new Http2Error(ErrorCode.protocolError, `SETTINGS_ENABLE_PUSH is ${value}`);
        }
        break;
      case SettingId.maxConcurrentStreams:
        peer.maxConcurrentStreams = value;
        break;
      case SettingId.initialWindowSize:
        if (value > maxWindowBytes) {
          throw new Http2Error(ErrorCode.flowControlError, `SETTINGS_INITIAL_WINDOW_SIZE is ${value}`);
        }
        peer.initialWindowBytes = value;
        break;
      case SettingId.maxFrameSize:
        if (value < minMaxFrameBytes || value > maxMaxFrameBytes) {
          throw new Http2Error(ErrorCode.protocolError, `SETTINGS_MAX_FRAME_SIZE is ${value}`);
        }
        peer.maxFrameBytes = value;
        break;
      case SettingId.maxHeaderListSize:
        peer.maxHeaderListBytes = value;
        break;
    }
  }
}
