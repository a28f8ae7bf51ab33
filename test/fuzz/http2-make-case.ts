import { frameMutations } from "./http2-mutate.ts";
import type { Http2Seed } from "./http2-seeds.ts";
import { byteMutations } from "./mutate-bytes.ts";
import { createRandom } from "./random.ts";

/** One input of a run. */
export interface Http2Case {
  readonly role: "server" | "client";
  readonly bytes: Uint8Array;
  /** The file it was made of and what was done to it. */
  readonly origin: string;
}

/** More of the same frames finds nothing more. */
const maxBytes = 2 ** 20;

/** What still is frames gets further, so it comes twice as often. */
const mutations = [
  ...Object.entries(byteMutations),
  ...Object.entries(frameMutations),
  ...Object.entries(frameMutations),
];

/** The case of a run that has this index: the same for the same seed and files. */
export function makeHttp2Case(seeds: readonly Http2Seed[], seed: number, index: number): Http2Case {
  const random = createRandom(seed, index);
  const from = random.pick(seeds);
  const other = random.pick(seeds);
  const done = [from.name];
  let bytes = from.bytes;
  for (let i = random.below(4); i >= 0 && bytes.length > 0; i--) {
    const [name, mutate] = random.pick(mutations);
    bytes = mutate(bytes, random, other.bytes).subarray(0, maxBytes);
    done.push(name);
  }
  return { role: from.role, bytes, origin: done.join(" ") };
}
