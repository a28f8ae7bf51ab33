import { frame, headerBlock, uint32 } from "../transport/http2/raw-frames.ts";
import { byteMutations, type Mutation } from "./mutate-bytes.ts";
import type { Random } from "./random.ts";

/** More of one frame says nothing new, and the memory of making it would count as the endpoint's. */
const maxFloodBytes = 2 ** 22;

const prefaceBytes = 24;
const numbers = [0, 1, 2, 3, 5, 7, 99, 16_384, 65_535, 2 ** 24 - 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** Frames that cost who sends them nothing: the class of attacks of `test/attacks`. */
const hostileFrames: readonly Uint8Array[] = [
  frame(4, 1, 0),
  frame(6, 1, 0, "12345678"),
  frame(7, 0, 0, Buffer.alloc(8)),
  frame(8, 0, 0, uint32(1)),
  frame(8, 0, 1, uint32(1)),
  frame(0, 0, 1, "x"),
  frame(2, 0, 9, "\0\0\0\0\0"),
  frame(1, 4, 1, headerBlock(":status", "103")),
];

/** Ways to spoil bytes that keep the rest of them frames: what only a reader of frames would notice. */
export const frameMutations: Readonly<Record<string, Mutation>> = {
  dropFrame: ofFrames((frames, random) => frames.toSpliced(random.below(frames.length), 1 + random.below(3))),
  repeatFrame: ofFrames((frames, random) => {
    const at = random.below(frames.length);
    return frames.toSpliced(at, 0, ...frames.slice(at, at + 1 + random.below(4)));
  }),
  floodFrame: ofFrames((frames, random) => {
    const frame = random.pick(frames);
    return frames.toSpliced(
      random.below(frames.length),
      0,
      ...Array.from({ length: Math.min(random.below(400), maxFloodBytes / frame.length) }, () => frame),
    );
  }),
  /** What attackers send, from a few to more than is allowed. */
  attack: ofFrames((frames, random) => {
    const hostile = random.pick(hostileFrames);
    const count = random.pick([3, 30, 1000, 30_000]);
    return frames.toSpliced(
      random.below(frames.length + 1),
      0,
      ...Array.from({ length: count }, () => hostile),
    );
  }),
  moveFrame: ofFrames((frames, random) => {
    const [moved] = frames.slice(random.below(frames.length));
    return moved === undefined ? frames : frames.toSpliced(random.below(frames.length), 0, moved);
  }),
  takeFrame: ofFrames((frames, random, others) =>
    frames.toSpliced(random.below(frames.length), 0, random.pick(others)),
  ),
  setType: withHeader((frame, random) => frame.set([random.below(12)], 3)),
  setFlags: withHeader((frame, random) =>
    frame.set([random.pick([0, 1, 4, 5, 8, 9, 0x0c, 0x20, 0x2d, random.below(256)])], 4),
  ),
  setStream: withHeader((frame, random) => {
    const view = new DataView(frame.buffer, frame.byteOffset);
    const id = view.getUint32(5);
    view.setUint32(
      5,
      random.pick([0, 1, 2, 3, id + 1, id + 2, Math.max(0, id - 2), 2 ** 31 - 1, id + 2 ** 31]),
    );
  }),
  setLength: withHeader((frame, random) => {
    const length = random.pick([
      frame.length - 9 + random.below(5) - 2,
      random.below(64),
      random.pick(numbers),
    ]);
    frame.set([length >>> 16, length >>> 8, length], 0);
  }),
  setNumber: withHeader((frame, random) => {
    const at = 9 + 4 * random.below(Math.max(1, Math.floor((frame.length - 9) / 4)));
    if (at + 4 <= frame.length)
      new DataView(frame.buffer, frame.byteOffset).setUint32(at, random.pick(numbers));
  }),
  spoilPayload: ofFrames((frames, random, others) => {
    const at = random.below(frames.length);
    const frame = frames[at] ?? new Uint8Array(0);
    if (frame.length <= 10) return frames;
    const [, mutate] = random.pick(Object.entries(byteMutations));
    const other = random.pick(others).subarray(9);
    return frames.with(
      at,
      withLength(frame, mutate(frame.subarray(9), random, other.length > 0 ? other : frame)),
    );
  }),
  splitHeaders: ofFrames((frames, random) => {
    const places = [...frames.keys()].filter((i) => frames[i]?.[3] === 1);
    if (places.length === 0) return frames;
    const at = random.pick(places);
    const frame = frames[at] ?? new Uint8Array(0);
    const cut = 9 + random.below(Math.max(1, frame.length - 9));
    const first = withLength(frame, frame.subarray(9, cut));
    const second = withLength(frame, frame.subarray(cut));
    first[4] = (first[4] ?? 0) & ~4;
    second.set([9, 4], 3);
    return frames.toSpliced(at, 1, first, second);
  }),
};

function ofFrames(
  change: (
    frames: readonly Uint8Array[],
    random: Random,
    others: readonly Uint8Array[],
  ) => readonly Uint8Array[],
): Mutation {
  return (file, random, other) => {
    const frames = framesOf(file);
    const others = framesOf(other);
    if (frames.length === 0 || others.length === 0) return file;
    return Uint8Array.from(
      Buffer.concat([file.subarray(0, startOf(file)), ...change(frames, random, others)]),
    );
  };
}

function withHeader(change: (frame: Uint8Array, random: Random) => void): Mutation {
  return ofFrames((frames, random) => {
    const at = random.below(frames.length);
    const frame = Uint8Array.from(frames[at] ?? []);
    if (frame.length >= 9) change(frame, random);
    return frames.with(at, frame);
  });
}

function withLength(frame: Uint8Array, payload: Uint8Array): Uint8Array {
  const bent = new Uint8Array(9 + payload.length);
  bent.set(frame.subarray(0, 9));
  bent.set([payload.length >>> 16, payload.length >>> 8, payload.length], 0);
  bent.set(payload, 9);
  return bent;
}

function startOf(file: Uint8Array): number {
  return file[0] === 0x50 && file[1] === 0x52 ? Math.min(prefaceBytes, file.length) : 0;
}

/** The frames of a connection; what is left at the end, or makes no sense, is the last one. */
function framesOf(file: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = startOf(file); at < file.length; ) {
    const length = ((file[at] ?? 0) << 16) | ((file[at + 1] ?? 0) << 8) | (file[at + 2] ?? 0);
    const end = Math.min(file.length, at + 9 + length);
    frames.push(file.subarray(at, end));
    at = end;
  }
  return frames;
}
