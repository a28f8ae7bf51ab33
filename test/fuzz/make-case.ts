import type { FrameFormat } from "../../src/frames/frame-codec.ts";
import { byteMutations, join, type Mutation } from "./mutate-bytes.ts";
import { jsonMutations, setMetadata } from "./mutate-json.ts";
import { createRandom, type Random } from "./random.ts";
import type { SeedFile } from "./seed-files.ts";

/** One input of a run. */
export interface FuzzCase {
  readonly format: FrameFormat;
  readonly bytes: Uint8Array;
  /** The file it was made of and what was done to it. */
  readonly origin: string;
}

const mutations: Readonly<Record<FrameFormat, readonly (readonly [string, Mutation])[]>> = {
  arrow: [...Object.entries(byteMutations), ["setMetadata", setMetadata]],
  // Text that still is JSON gets further, so it comes as often as all the others.
  json: [
    ...Object.entries(byteMutations),
    ...Array.from({ length: 4 }, () => Object.entries(jsonMutations)).flat(),
  ],
};

/** The case of a run that has this index: the same for the same seed and files. */
export function makeCase(files: readonly SeedFile[], seed: number, index: number): FuzzCase {
  const random = createRandom(seed, index);
  const file = random.pick(files);
  const other = random.pick(files.filter(({ format }) => format === file.format));
  const done = [file.name];
  let bytes = file.bytes;
  for (let i = random.oneIn(3) ? random.below(3) : 0; i >= 0 && bytes.length > 0; i--) {
    const [name, mutate] = random.pick(mutations[file.format]);
    bytes = mutate(bytes, random, other.bytes);
    done.push(name);
  }
  if (file.format === "arrow" && !random.oneIn(3)) {
    bytes = repair(bytes, file.bytes, random);
    done.push("repair");
  }
  return { format: file.format, bytes, origin: done.join(" ") };
}

/** Puts the magic back at both ends, else the first check would refuse nearly all that was cut or shifted. */
function repair(bytes: Uint8Array, original: Uint8Array, random: Random): Uint8Array {
  if (bytes.length < 16) return bytes;
  const bent = bytes.slice();
  bent.set(original.subarray(0, 8));
  const trailer = original.subarray(-10);
  if (random.oneIn(2)) bent.set(trailer, bent.length - 10);
  else if (Buffer.from(bent.subarray(-6)).toString("latin1") !== "ARROW1") return join(bent, trailer);
  return bent;
}
