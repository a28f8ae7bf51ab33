import { corrupt } from "./flat-table.ts";

/** A run of bytes in the file. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** The first bytes of a span. */
export function sliceSpan(
  bytes: Uint8Array,
  what: string,
  span: Span,
  length: number,
): Uint8Array<ArrayBuffer> {
  if (span.length < length) throw corrupt(what, span.start, `${length} bytes`, String(span.length));
  return bytes.subarray(span.start, span.start + length) as Uint8Array<ArrayBuffer>;
}
