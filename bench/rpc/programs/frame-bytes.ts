const frames = new Map<number, Uint8Array>();

/** Period of the bytes. */
const period = 1 << 16;

/** The answer of every plugin of the bench. Not zeros, because all pages of zeros are one in memory. */
export function frameBytes(size: number): Uint8Array {
  let frame = frames.get(size);
  if (frame === undefined) {
    frame = new Uint8Array(size);
    for (let i = 0; i < Math.min(size, period); i++) frame[i] = i * 7 + (i >> 8);
    for (let done = period; done < size; done *= 2) frame.copyWithin(done, 0, done);
    frames.set(size, frame);
  }
  return frame;
}
