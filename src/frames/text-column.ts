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
  const offsets = new Int32Array(texts.length + 1);
  let length = 0;
  for (let i = 0; i < texts.length; i++) {
    length += texts[i]?.length ?? 0;
    offsets[i + 1] = length;
  }
  if (length > maxPackedBytes) throw tooLarge();
  const data = packNarrow(texts, length);
  return data === undefined ? packWide(texts, length) : { data, offsets };
}

/** How many texts are joined at a time: enough to make a call cheap, and few enough to stay in the processor's cache. */
const textsPerCall = 4096;

/** Texts whose characters all take one byte, as most do: then a text's length is its bytes. */
function packNarrow(texts: ArrayLike<string | null>, length: number): Uint8Array | undefined {
  const encoder = new TextEncoder();
  const data = new Uint8Array(length);
  let end = 0;
  for (let start = 0; start < texts.length; start += textsPerCall) {
    const stop = Math.min(start + textsPerCall, texts.length);
    let joined = "";
    for (let i = start; i < stop; i++) joined += texts[i] ?? "";
    const { read, written } = encoder.encodeInto(joined, data.subarray(end));
    if (read !== joined.length || written !== joined.length) return undefined;
    end += written;
  }
  return data;
}

/** Texts with characters of several bytes: each on its own, so that halves of a pair never meet. */
function packWide(texts: ArrayLike<string | null>, characters: number): PackedTexts {
  const encoder = new TextEncoder();
  const offsets = new Int32Array(texts.length + 1);
  const data = new Uint8Array(characters * 3);
  let end = 0;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    if (text) end += encoder.encodeInto(text, data.subarray(end)).written;
    if (end > maxPackedBytes) throw tooLarge();
    offsets[i + 1] = end;
  }
  return { data: data.subarray(0, end), offsets };
}

/** The texts of packed bytes; bytes that are no UTF-8 become U+FFFD. */
export function unpackTexts({ data, offsets }: PackedTexts): string[] {
  const count = offsets.length - 1;
  const texts = new Array<string>(count);
  const start = offsets[0] as number;
  const bytes = data.subarray(start, offsets[count]);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
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
