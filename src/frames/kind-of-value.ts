/** Type checks without `instanceof`, which is false for objects of another realm (a vm context, Jest, an iframe). */

export function isDate(value: unknown): value is Date {
  return tagOf(value) === "[object Date]";
}

/** `Float64Array` and so on; `undefined` if it is not a typed array. A `Buffer` is a `Uint8Array`. */
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

/** Describes a value in few words, for error texts. Objects are not stringified, because their text may be very long. */
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
