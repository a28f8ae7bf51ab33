/** Bytes of the resource `small`, also of `benchgateway plugin`. */
export const smallBytes = 1000;
/** Bytes of every other resource, in pieces. */
export const exportBytes: number = 10 << 20;
export const pieceBytes: number = 64 << 10;
