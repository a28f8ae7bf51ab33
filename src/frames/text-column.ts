import { FrameError } from "./frame-error.ts";

/** The bytes of all texts, one after the other, and where each begins. */
export interface PackedTexts {
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
 * @param skip called with each row that is no string, maybe twice; it takes no bytes
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
/** How many texts are joined at a time: enough to make a call cheap, and few enough to stay in the processor's cache. */
const textsPerCall = 1024;
/** Of long texts fewer are joined, for what JavaScript holds in one text has an end. */
const enoughCharacters = 2 ** 20;

/** Texts whose characters all take one byte, as most do: then a text's length is its bytes. */
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
    // What comes is about as long as what was.
    if (needed > data.length) data = enlarge(data, end, needed, (needed * rows) / row);
    // With a character of more bytes there is no room for all.
    const { read } = encoder.encodeInto(joined, data.subarray(end, needed));
    if (read !== joined.length) return undefined;
    end = needed;
  }
  return { data: withoutSpare(data, end), offsets };
}

/** Texts with characters of several bytes: each on its own, so that halves of a pair never meet. */
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

/** Memory for at least the needed bytes, and for as many as are expected unless that is far more. */
function enlarge(data: Uint8Array, end: number, needed: number, expected: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.ceil(Math.max(needed, Math.min(expected * 1.05, 2 * needed + 2 ** 24))));
  larger.set(data.subarray(0, end));
  return larger;
}

/** Without a copy unless a good part of the memory was not needed. */
function withoutSpare(data: Uint8Array, end: number): Uint8Array {
  const used = data.subarray(0, end);
  return end < data.length * 0.7 ? used.slice() : used;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The texts of packed bytes; bytes that are no UTF-8 become U+FFFD. */
export function unpackTexts({ data, offsets }: PackedTexts): string[] {
  const count = offsets.length - 1;
  const texts = new Array<string>(count);
  const start = offsets[0] as number;
  const bytes = data.subarray(start, offsets[count]);
  const all = decoder.decode(bytes);
  if (all.length === bytes.length) {
    // One character per byte: cut the one text.
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
