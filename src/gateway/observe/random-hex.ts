import { randomFillSync } from "node:crypto";

/** Gives this many random bytes as hexadecimal digits. */
export type RandomHex = (bytes: number) => string;

/** Bytes that are drawn at a time. */
const drawnBytes = 4096;

/** Draws random bytes ahead: each draw costs more than all the digits of a request. */
export function createRandomHex(): RandomHex {
  const drawn = Buffer.alloc(drawnBytes);
  let at = drawnBytes;
  return (bytes) => {
    if (at + bytes > drawnBytes) {
      randomFillSync(drawn);
      at = 0;
    }
    at += bytes;
    return drawn.toString("hex", at - bytes, at);
  };
}
