/** Size of the slabs for small pieces; the first is smaller, for quiet connections. */
const slabBytes = 64 * 1024;
const firstSlabBytes = 4 * 1024;
/** Up to this size a copy costs less than a separate piece in the write. */
const maxCopiedBytes = 2048;

/**
 * Output for a socket: small pieces are copied one after the other, large ones kept by reference. Taken memory is never
 * written again, because the socket may still use it.
 */
export class OutputBuffer {
  /** Small pieces are written to `slab` from `end` on, after `reserve`. */
  slab: Buffer = Buffer.allocUnsafeSlow(firstSlabBytes);
  end = 0;
  /** Where the open piece begins: bytes before it were taken, or a large piece follows them. */
  start = 0;
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;

  /** Bytes that wait. */
  get bytes(): number {
    return this.#pieceBytes + this.end - this.start;
  }

  /** Reserves room for this many bytes in `slab` at `end`. */
  makeRoom(bytes: number): void {
    if (this.slab.length - this.end >= bytes) return;
    this.#closePiece();
    this.slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, bytes));
    this.end = 0;
    this.start = 0;
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
      const piece = this.slab.subarray(this.start, this.end);
      this.start = this.end;
      return piece;
    }
    this.#closePiece();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#pieceBytes = 0;
    return pieces;
  }

  #closePiece(): void {
    if (this.end === this.start) return;
    this.#pieces.push(this.slab.subarray(this.start, this.end));
    this.#pieceBytes += this.end - this.start;
    this.start = this.end;
  }
}
