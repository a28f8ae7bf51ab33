import { FrameError } from "../frame-error.ts";

/** The bytes of all texts, one after the other, and the start of each. */
interface PackedTexts {
  readonly data: Uint8Array;
  readonly offsets: Int32Array;
}

/** Arrow's offsets are signed 32-bit integers. */
const maxPackedBytes = 2 ** 31 - 1;

/**
 * Packs texts as UTF-8; `null` takes no bytes. Lone surrogates become U+FFFD.
 *
 * @throws FrameError `limit_exceeded` when they take 2 GiB or more.
 */
export function packTexts(texts: ArrayLike<string | null>): PackedTexts {
  const { data, offsets } = packStrings(texts, () => {});
  return { data, offsets };
}

/**
 * {@link packTexts} for a list of anything.
 *
 * @param skip called, maybe twice, with each row that is not a string; such a row takes no bytes
 * @returns also whether all characters take one byte
 */
export function packStrings(
  values: ArrayLike<unknown>,
  skip: (row: number) => void,
): PackedTexts & { readonly isNarrow: boolean } {
  const narrow = packNarrow(values, skip);
  return narrow === undefined
    ? { ...packWide(values, skip), isNarrow: false }
    : { ...narrow, isNarrow: true };
}

const encoder = new TextEncoder();
/** Texts joined at a time: enough to make a call cheap, few enough to stay in the processor's cache. */
const textsPerCall = 1024;
/** Fewer long texts are joined, because the length of a text in JavaScript is limited. */
const enoughCharacters = 2 ** 20;

/** Packs texts of one-byte characters, as most are: then a text's length is its number of bytes. */
function packNarrow(values: ArrayLike<unknown>, skip: (row: number) => void): PackedTexts | undefined {
  const rows = values.length;
  const offsets = new Int32Array(rows + 1);
  let data = new Uint8Array(0);
  let end = 0;
  for (let row = 0; row < rows; ) {
    const stop = Math.min(row + textsPerCall, rows);
    let joined = "";
    for (; row < stop && joined.length < enoughCharacters; row++) {
      const value = values[row];
      if (typeof value === "string") joined += value;
      else skip(row);
      offsets[row + 1] = end + joined.length;
    }
    const needed = end + joined.length;
    if (needed > maxPackedBytes) throw tooLarge();
    if (needed > data.length) {
      // A short list is one piece. Otherwise the remaining texts are expected to be as long as those before.
      const isWhole = end === 0 && row === rows;
      data = isWhole ? new Uint8Array(needed) : enlarge(data, end, needed, (needed * rows) / row);
    }
    // With longer characters there is not enough room.
    const room = data.length === needed && end === 0 ? data : data.subarray(end, needed);
    const { read } = encoder.encodeInto(joined, room);
    if (read !== joined.length) return undefined;
    end = needed;
  }
  return { data: withoutSpare(data, end), offsets };
}

/** Packs texts with characters of several bytes, each separately, so that halves of a pair never join. */
function packWide(values: ArrayLike<unknown>, skip: (row: number) => void): PackedTexts {
  const rows = values.length;
  const offsets = new Int32Array(rows + 1);
  let data = new Uint8Array(0);
  let end = 0;
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    if (typeof value === "string") {
      const room = end + 3 * value.length;
      if (room > data.length) data = enlarge(data, end, room, (room * rows) / (row + 1));
      end += encoder.encodeInto(value, data.subarray(end)).written;
    } else skip(row);
    if (end > maxPackedBytes) throw tooLarge();
    offsets[row + 1] = end;
  }
  return { data: withoutSpare(data, end), offsets };
}

/** Memory for at least the needed bytes, and for the expected ones unless those are far more. */
function enlarge(data: Uint8Array, end: number, needed: number, expected: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.ceil(Math.max(needed, Math.min(expected * 1.05, 2 * needed + 2 ** 24))));
  larger.set(data.subarray(0, end));
  return larger;
}

/** Copies only if a large part of the memory is unused. */
function withoutSpare(data: Uint8Array, end: number): Uint8Array {
  if (end === data.length) return data;
  const used = data.subarray(0, end);
  return end < data.length * 0.7 ? used.slice() : used;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The texts of packed bytes; bytes that are not UTF-8 become U+FFFD. */
export function unpackTexts({ data, offsets }: PackedTexts): string[] {
  const count = offsets.length - 1;
  const texts = new Array<string>(count);
  const start = offsets[0] as number;
  const bytes = data.subarray(start, offsets[count]);
  const all = decoder.decode(bytes);
  if (all.length === bytes.length) {
    // One character per byte: slice the one text.
    for (let i = 0; i < count; i++) {
      texts[i] = all.substring((offsets[i] as number) - start, (offsets[i + 1] as number) - start);
    }
  } else {
    for (let i = 0; i < count; i++) texts[i] = decoder.decode(data.subarray(offsets[i], offsets[i + 1]));
  }
  return texts;
}

function tooLarge(): FrameError {
  return new FrameError(
    "limit_exceeded",
    "the texts of a field take 2 GiB or more, which Arrow cannot hold: send the rows in several chunks",
  );
}
