/** Frame types (RFC 9113 §6). */
export const FrameType = {
  data: 0x0,
  headers: 0x1,
  priority: 0x2,
  rstStream: 0x3,
  settings: 0x4,
  pushPromise: 0x5,
  ping: 0x6,
  goaway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
} as const;

/** Frame flags (RFC 9113 §6); which of them a frame has depends on its type. */
export const Flag = {
  endStream: 0x1,
  ack: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
  priority: 0x20,
} as const;

/** Bytes of a frame header: length, type, flags, stream id (RFC 9113 §4.1). */
export const frameHeaderBytes = 9;

/** What SETTINGS_MAX_FRAME_SIZE is until it is changed, and the least that it may be (RFC 9113 §6.5.2). */
export const minMaxFrameBytes: number = 2 ** 14;
export const maxMaxFrameBytes: number = 2 ** 24 - 1;

/** No window may grow past it (RFC 9113 §6.9.1). */
export const maxWindowBytes: number = 2 ** 31 - 1;

/** What every window is until SETTINGS or WINDOW_UPDATE change it (RFC 9113 §6.9.2). */
export const initialWindowBytes = 65_535;

/** The first bytes of a client (RFC 9113 §3.4). */
export const clientPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** The highest stream id (RFC 9113 §5.1.1). */
export const maxStreamId: number = 2 ** 31 - 1;
