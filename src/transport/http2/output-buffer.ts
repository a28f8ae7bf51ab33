/** Small pieces are gathered in slabs of as many bytes; the first is smaller, for connections that say little. */
const slabBytes = 64 * 1024;
const firstSlabBytes = 4 * 1024;
/** Copying up to as many bytes costs less than a piece of their own in the write. */
const maxCopiedBytes = 2048;

/**
 * Bytes on their way to a socket: small ones gathered one after the other, large ones by reference. What was taken is
 * never written to again, since a socket may keep it.
 */
export class OutputBuffer {
  /** Where small pieces go: `slab` from `end` on. Writers ask for room first. */
  slab: Buffer = Buffer.allocUnsafeSlow(firstSlabBytes);
  end = 0;
  #start = 0;
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;

  /** Bytes that wait. */
  get bytes(): number {
    return this.#pieceBytes + this.end - this.#start;
  }

  /** Sees to it that `slab` has room for as many bytes at `end`. */
  makeRoom(bytes: number): void {
    if (this.slab.length - this.end >= bytes) return;
    this.#closePiece();
    this.slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, bytes));
    this.end = 0;
    this.#start = 0;
  }

  /** Adds bytes that do not change any more. */
  add(bytes: Uint8Array): void {
    if (bytes.length <= maxCopiedBytes) {
      this.makeRoom(bytes.length);
      this.slab.set(bytes, this.end);
      this.end += bytes.length;
      return;
    }
    this.#closePiece();
    this.#pieces.push(bytes);
    this.#pieceBytes += bytes.length;
  }

  /** Everything that waits, as one piece where it is one, else in order. */
  take(): Uint8Array | Uint8Array[] {
    if (this.#pieces.length === 0) {
      const piece = this.slab.subarray(this.#start, this.end);
      this.#start = this.end;
      return piece;
    }
    this.#closePiece();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#pieceBytes = 0;
    return pieces;
  }

  #closePiece(): void {
    if (this.end === this.#start) return;
    this.#pieces.push(this.slab.subarray(this.#start, this.end));
    this.#pieceBytes += this.end - this.#start;
    this.#start = this.end;
  }
}
