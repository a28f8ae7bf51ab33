/** A frame as it is on the wire. */
export interface RawFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

export const preface: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** Bytes of a frame (RFC 9113 §4.1). */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array | string = "",
): Buffer {
  const bytes = typeof payload === "string" ? Buffer.from(payload, "latin1") : payload;
  const header = Buffer.alloc(9);
  header.writeUIntBE(bytes.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, bytes]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The payload of SETTINGS, from number, value, number, value and so on. */
export function settingsPayload(...settings: readonly number[]): Buffer {
  const bytes = Buffer.alloc(settings.length * 3);
  for (let i = 0; i < settings.length; i += 2) {
    bytes.writeUInt16BE(settings[i] ?? 0, i * 3);
    bytes.writeUInt32BE(settings[i + 1] ?? 0, i * 3 + 2);
  }
  return bytes;
}

/** A header block that indexes nothing, whatever the fields are. */
export function headerBlock(...fields: readonly string[]): Buffer {
  const texts = fields.map((text, i) =>
    Buffer.concat([i % 2 === 0 ? Buffer.of(0) : Buffer.of(), literal(text)]),
  );
  return Buffer.concat(texts);
}

export const requestBlock: Buffer = headerBlock(
  ...[":method", "POST", ":scheme", "http", ":path", "/", ":authority", "localhost"],
);
export const responseBlock: Buffer = headerBlock(":status", "200");

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  if (bytes.length < 127) return Buffer.concat([Buffer.of(bytes.length), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

/** Cuts bytes into frames; what is left over comes back as `rest`. */
export function parseFrames(bytes: Buffer): { readonly frames: readonly RawFrame[]; readonly rest: Buffer } {
  const frames: RawFrame[] = [];
  let at = 0;
  while (bytes.length - at >= 9 && bytes.length - at >= 9 + bytes.readUIntBE(at, 3)) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    frames.push({
      type: bytes[at + 3] ?? 0,
      flags: bytes[at + 4] ?? 0,
      streamId: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(at + 9, end),
    });
    at = end;
  }
  return { frames, rest: bytes.subarray(at) };
}
