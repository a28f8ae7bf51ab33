import type { HeaderBlock } from "./decoder.ts";

const slots = 16;
const maxBlockBytes = 64;

interface Slot {
  readonly bytes: Uint8Array;
  readonly tableState: number;
  readonly block: HeaderBlock;
}

/**
 * Blocks that were decoded lately. A peer that says the same again, as in most calls of one connection, says it in
 * the same few indices: while the dynamic table has not changed since, equal bytes are equal fields.
 */
export class BlockCache {
  readonly #slots = new Array<Slot | undefined>(slots).fill(undefined);

  get(bytes: Uint8Array, tableState: number): HeaderBlock | undefined {
    const place = placeOf(bytes);
    const slot = this.#slots[place];
    if (slot !== undefined && isOf(slot, bytes, tableState)) return slot.block;
    const neighbour = this.#slots[place ^ 1];
    return neighbour !== undefined && isOf(neighbour, bytes, tableState) ? neighbour.block : undefined;
  }

  /** The bytes are copied. What was there moves next to it: headers and trailers of all calls may share a place. */
  set(bytes: Uint8Array, tableState: number, block: HeaderBlock): void {
    if (bytes.length > maxBlockBytes) return;
    const place = placeOf(bytes);
    this.#slots[place ^ 1] = this.#slots[place];
    this.#slots[place] = { bytes: Uint8Array.from(bytes), tableState, block };
  }
}

function isOf(slot: Slot, bytes: Uint8Array, tableState: number): boolean {
  if (slot.tableState !== tableState || slot.bytes.length !== bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) {
    if (slot.bytes[i] !== bytes[i]) return false;
  }
  return true;
}

function placeOf(bytes: Uint8Array): number {
  const last = bytes[bytes.length - 1] ?? 0;
  const middle = bytes[bytes.length >>> 1] ?? 0;
  return (bytes.length + last * 5 + middle * 3) & (slots - 1);
}
