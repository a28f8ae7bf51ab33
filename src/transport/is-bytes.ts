/** Also for bytes of another realm (Jest, `node:vm`), which are no `instanceof Uint8Array` here. */
export function isBytes(value: unknown): value is Uint8Array {
  return (
    value instanceof Uint8Array ||
    (ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]")
  );
}
