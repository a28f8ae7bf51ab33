import { mulberry32 } from "../../helpers/mulberry32.ts";

/** A source of numbers that a seed decides. */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
}

/** The seed of all vectors. Another one writes other typical values; the cases stay. */
export const seed = 20261130;

/**
 * A source for one name. Each message and field has its own, so that a new field changes the values of no other:
 * the diff of the vectors is what is new.
 */
export function createRandom(name: string): Random {
  const next = mulberry32(hash(name) ^ seed);
  return { below: (below) => next() % below };
}

/** FNV-1a */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value;
}
