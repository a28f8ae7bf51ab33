import type { Random } from "./random.ts";

const bytes = [
  0, 1, 2, 3, 4, 7, 8, 0x10, 0x20, 0x22, 0x2c, 0x2d, 0x30, 0x5b, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xfe, 0xff,
];
const powers = [0, 1, 2, 3, 4, 8, 12, 15, 16, 24, 28, 29, 30, 31];
const longPowers = [...powers, 32, 33, 34, 35, 40, 52, 53, 61, 62, 63];

/** One way to spoil bytes; `other` is another whole file of the same format. */
export type Mutation = (file: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

export const byteMutations: Readonly<Record<string, Mutation>> = {
  flipBits: (file, random) => {
    const bent = file.slice();
    for (let i = random.below(8); i >= 0; i--) {
      const place = placeIn(file, random, 1);
      bent[place] = (bent[place] ?? 0) ^ (1 << random.below(8));
    }
    return bent;
  },
  setBytes: (file, random) => {
    const bent = file.slice();
    for (let i = random.below(4); i >= 0; i--) bent[placeIn(file, random, 1)] = random.pick(bytes);
    return bent;
  },
  setInt16: (file, random) =>
    setNumber(file, random, 2, (view, place) => {
      view.setInt16(place, random.oneIn(2) ? random.below(64) : random.below(2 ** 16), true);
    }),
  setInt32: (file, random) =>
    setNumber(file, random, 4, (view, place) => {
      const near = view.getInt32(place, true) + random.below(65) - 32;
      const power = 2 ** random.pick(powers) - random.below(2);
      view.setInt32(
        place,
        random.pick([near, near, power, -power, file.length, file.length - place, place, -place]),
        true,
      );
    }),
  setInt64: (file, random) =>
    setNumber(file, random, 8, (view, place) => {
      const near = view.getBigInt64(place, true) + BigInt(random.below(65) - 32);
      const power = 2n ** BigInt(random.pick(longPowers)) - BigInt(random.below(2));
      const value = random.pick([
        near,
        near,
        power,
        -power,
        BigInt(file.length),
        BigInt(file.length - place),
      ]);
      view.setBigInt64(place, BigInt.asIntN(64, value), true);
    }),
  cutEnd: (file, random) => file.slice(0, random.below(file.length)),
  cutStart: (file, random) => file.slice(random.below(file.length)),
  cutOut: (file, random) => {
    const start = random.below(file.length);
    return join(file.subarray(0, start), file.subarray(start + 1 + random.below(64)));
  },
  splice: (file, random, other) => {
    const start = random.below(file.length);
    return join(
      file.subarray(0, start),
      other.subarray(random.oneIn(2) ? start : random.below(other.length)),
    );
  },
  repeat: (file, random) => {
    const start = random.below(file.length);
    const piece = file.subarray(start, start + 8 * (1 + random.below(16)));
    return join(
      file.subarray(0, start),
      ...Array.from({ length: 1 + random.below(4) }, () => piece),
      file.subarray(start),
    );
  },
  copyWithin: (file, random) => {
    const from = random.below(file.length);
    return file.slice().copyWithin(random.below(file.length), from, from + 4 * (1 + random.below(16)));
  },
};

/** Metadata is the last part of an Arrow file and its first, and small next to the rows: half of the places are there. */
function placeIn(file: Uint8Array, random: Random, size: number): number {
  const count = Math.max(1, Math.floor(file.length / size));
  const near = Math.min(count, Math.ceil(512 / size));
  const place = random.pick([random.below(count), random.below(near), count - 1 - random.below(near)]);
  return place * size;
}

function setNumber(
  file: Uint8Array,
  random: Random,
  size: number,
  set: (view: DataView, place: number) => void,
): Uint8Array {
  const bent = file.slice();
  for (let i = random.below(2); i >= 0; i--) {
    const place = placeIn(file, random, size);
    if (place + size <= bent.length) set(new DataView(bent.buffer), place);
  }
  return bent;
}

export function join(...pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(pieces));
}
