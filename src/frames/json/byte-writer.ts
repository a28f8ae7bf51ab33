/** A growing byte buffer. Callers that write single bytes reserve room first, and then move `end`. */
export interface ByteWriter {
  bytes: Uint8Array;
  end: number;
}

/** @param expected approximate number of bytes; memory that is not written costs little */
export function byteWriter(expected: number): ByteWriter {
  return { bytes: new Uint8Array(expected), end: 0 };
}

/** Makes room for this many more bytes, and returns the memory, which may be a new one. */
export function makeRoom(writer: ByteWriter, more: number): Uint8Array {
  const needed = writer.end + more;
  if (needed > writer.bytes.length) {
    const larger = new Uint8Array(Math.max(needed, Math.ceil(writer.bytes.length * 1.5)));
    larger.set(writer.bytes.subarray(0, writer.end));
    writer.bytes = larger;
  }
  return writer.bytes;
}

const encoder = new TextEncoder();
/** Characters written at a time: each piece reserves three bytes per character. */
const pieceLength = 65_536;

/** Up to here a loop takes less time than a call of the encoder. */
const shortText = 48;

/** Writes a character of one byte. */
export function writeByte(writer: ByteWriter, byte: number): void {
  makeRoom(writer, 1)[writer.end++] = byte;
}

/** Writes a text as UTF-8. */
export function writeText(writer: ByteWriter, text: string): void {
  if (text.length <= shortText && writeAscii(writer, text)) return;
  for (let start = 0; start < text.length; ) {
    let stop = Math.min(start + pieceLength, text.length);
    // Does not split a pair of surrogates.
    if (stop < text.length && (text.charCodeAt(stop - 1) & 0xfc00) === 0xd800) stop--;
    const piece = start === 0 && stop === text.length ? text : text.slice(start, stop);
    const bytes = makeRoom(writer, 3 * piece.length);
    writer.end += encoder.encodeInto(piece, bytes.subarray(writer.end)).written;
    start = stop;
  }
}

/** False, with nothing written, for a text that has other characters. */
function writeAscii(writer: ByteWriter, text: string): boolean {
  const { length } = text;
  const bytes = makeRoom(writer, length);
  const { end } = writer;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return false;
    bytes[end + i] = unit;
  }
  writer.end = end + length;
  return true;
}

/** Below it a copy costs more than the memory that it saves. */
const smallBytes = 4096;

/** The written bytes, copied only if a large part of the memory is unused. */
export function writtenBytes({ bytes, end }: ByteWriter): Uint8Array {
  const written = bytes.subarray(0, end);
  return bytes.length > smallBytes && end < bytes.length * 0.7 ? written.slice() : written;
}
