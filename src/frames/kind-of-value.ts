/**
 * What a value is, by what it holds: an object of another realm (a vm context, Jest, an iframe) has other classes, and
 * `instanceof` is false for it.
 */

export function isDate(value: unknown): value is Date {
  return tagOf(value) === "[object Date]";
}

/** `Float64Array` and so on; `undefined` for what is not a typed array. A `Buffer` is a `Uint8Array`. */
export function typedArrayName(value: unknown): string | undefined {
  return ArrayBuffer.isView(value)
    ? (value as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag]
    : undefined;
}

export function isArrayBuffer(value: unknown): value is ArrayBufferLike {
  const tag = tagOf(value);
  return tag === "[object ArrayBuffer]" || tag === "[object SharedArrayBuffer]";
}

/** `[object Map]` and so on. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}

/** A value in few words, for errors. The text of an object may be as long and as deep as it likes, so it is not made. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 100));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return "function";
  if (typeof value !== "object") return `${typeof value} ${String(value).slice(0, 100)}`;
  if (isDate(value)) return Number.isNaN(value.getTime()) ? "an invalid Date" : "a Date";
  if (ArrayBuffer.isView(value)) return `a ${typedArrayName(value)}`;
  return isArrayBuffer(value) ? "an ArrayBuffer" : "object";
}
