import type { HeaderBlock } from "./header-block.ts";

const slots = 16;
const maxBlockBytes = 64;

interface Slot {
  readonly bytes: Uint8Array;
  readonly tableState: number;
  readonly block: HeaderBlock;
}

/**
 * Caches decoded blocks. Most calls of a connection repeat the same fields as the same few indices: as long as the
 * dynamic table is unchanged, equal bytes mean equal fields.
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

  /**
   * Copies the bytes. The previous entry moves to the next slot, because headers and trailers of all calls may share a
   * slot.
   */
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
