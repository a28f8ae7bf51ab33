import { corrupt } from "./flat-table.ts";

const frameMagic = 0x184d_2204;
/** First of the sixteen magic numbers of frames to skip. */
const skippableMagic = 0x184d_2a50;

/** Up to this length a loop copies faster than a call. */
const shortRun = 24;

/**
 * Inflates LZ4 frames into exactly the given memory. The data is not trusted: no read is outside of the data, no write
 * outside of the target, and each step consumes data, so both sizes bound the work. Checksums are skipped, as in other
 * readers of Arrow files: the transport checks the bytes.
 *
 * @param place where the data lies in the file
 * @throws FrameError `arrow_corrupt` for data that is not LZ4 or of another length.
 * @see lz4_Frame_format.md and lz4_Block_format.md of LZ4
 */
export function inflateLz4(data: Uint8Array, target: Uint8Array, what: string, place: number): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const fail: Fail = (at, expected, seen) => {
    throw corrupt(what, place + at, expected, seen);
  };
  let at = 0;
  let end = 0;
  // Bytes after the data are ignored, as in Go.
  while (end < target.length && at < data.length) {
    if (at + 8 > data.length) fail(at, "an LZ4 frame", "the end of the data");
    const magic = view.getUint32(at, true);
    if ((magic & 0xffff_fff0) >>> 0 === skippableMagic) {
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (magic !== frameMagic) fail(at, "an LZ4 frame", `bytes that begin with ${magic.toString(16)}`);
    const flags = data[at + 4] as number;
    if (flags >> 6 !== 1) fail(at + 4, "version 1 of LZ4 frames", String(flags >> 6));
    if ((flags & 0b1) !== 0) fail(at + 4, "an LZ4 frame without a dictionary", "one with it");
    const hasBlockChecksums = (flags & 0b1_0000) !== 0;
    const hasContentSize = (flags & 0b1000) !== 0;
    const hasContentChecksum = (flags & 0b100) !== 0;
    const areIndependent = (flags & 0b10_0000) !== 0;
    at += hasContentSize ? 15 : 7;
    const frameStart = end;
    for (;;) {
      if (at + 4 > data.length) fail(at, "a block of an LZ4 frame", "the end of the data");
      const word = view.getUint32(at, true);
      at += 4;
      if (word === 0) break;
      const size = word & 0x7fff_ffff;
      if (at + size > data.length) fail(at, `a block of ${size} bytes`, `${data.length - at} bytes`);
      if (word >>> 31 === 1) {
        if (end + size > target.length) fail(at, `${target.length} bytes of data`, "more");
        target.set(data.subarray(at, at + size), end);
        end += size;
      } else {
        end = inflateBlock(data, at, at + size, target, end, areIndependent ? end : frameStart, fail);
      }
      at += size + (hasBlockChecksums ? 4 : 0);
    }
    at += hasContentChecksum ? 4 : 0;
  }
  if (end !== target.length) fail(at, `${target.length} bytes of data`, String(end));
}

type Fail = (at: number, expected: string, seen: string) => void;

/**
 * Inflates one block, and returns its end in the target.
 *
 * @param first start of the bytes in the target that may be copied
 */
function inflateBlock(
  data: Uint8Array,
  start: number,
  stop: number,
  target: Uint8Array,
  from: number,
  first: number,
  fail: Fail,
): number {
  let at = start;
  let end = from;
  for (;;) {
    if (at >= stop) fail(at, "a sequence of an LZ4 block", "the end of the block");
    const token = data[at++] as number;
    let literals = token >> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255 && at < stop) {
        more = data[at++] as number;
        literals += more;
      }
    }
    if (at + literals > stop) fail(at, `${literals} bytes of an LZ4 block`, `${stop - at}`);
    if (end + literals > target.length) fail(at, `${target.length} bytes of data`, "more");
    if (literals <= shortRun) for (let i = 0; i < literals; i++) target[end + i] = data[at + i] as number;
    else target.set(data.subarray(at, at + literals), end);
    at += literals;
    end += literals;
    // The last sequence has no copy.
    if (at === stop) return end;

    if (at + 2 > stop) fail(at, "the offset of a copy", "the end of the block");
    const offset = (data[at] as number) | ((data[at + 1] as number) << 8);
    if (offset === 0 || offset > end - first) fail(at, `an offset of 1 to ${end - first}`, String(offset));
    at += 2;
    let length = (token & 15) + 4;
    if (length === 19) {
      let more = 255;
      while (more === 255 && at < stop) {
        more = data[at++] as number;
        length += more;
      }
    }
    if (end + length > target.length) fail(at, `${target.length} bytes of data`, "more");
    // A copy may overlap with its own output, and then repeats it.
    if (offset >= length && length > shortRun) target.copyWithin(end, end - offset, end - offset + length);
    else for (let i = 0; i < length; i++) target[end + i] = target[end - offset + i] as number;
    end += length;
  }
}
